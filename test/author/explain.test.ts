import { expect } from 'chai';
import { doubtAboutElement } from '../../src/author/doubt-about-element.js';
import { explainElement } from '../../src/author/explain.js';
import { explainLine } from '../../src/author/explain-line.js';
import { explainAbsence } from '../../src/author/why-not.js';
import { createExaminer } from '../../src/examine.js';
import { observationSet } from '../mapping/mapping-folder.js';
import { documentOf } from '../mappings/document-of.js';

const folder = observationSet(
  {
    resourceType: 'Observation',
    status: { $use: 'status' },
    code: { coding: '= code' },
    valueString: { $when: "@negationInd='true' and happened()", $from: 'value' },
    effectiveDateTime: '= effectiveTime/low',
  },
  {
    'fragments/status.json': { title: 'Status', value: { $first: [{ $from: 'statusCode', $map: 'status' }] } },
    'conditions.json': {
      conditions: { happened: { title: 'It took place', on: ['observation'], test: "@moodCode='EVN'" } },
    },
    'conceptmaps/status.json': {
      resourceType: 'ConceptMap',
      url: 'urn:x',
      status: 'active',
      group: [
        {
          target: 'http://hl7.org/fhir/observation-status',
          element: [{ code: 'done', target: [{ code: 'final', equivalence: 'inexact' }] }],
        },
      ],
    },
  },
  { identity: { by: ['id'] }, ignore: { 'value/text()': 'nobody asks for it' } },
);
const lines = [
  '<observation moodCode="EVN"><id root="2.999.7" extension="o"/>',
  '<code code="8302-2" codeSystem="2.16.840.1.113883.6.1" displayName="Body height"/>',
  '<statusCode code="done"/><value xsi:type="ST">tall</value></observation>',
];
const document = documentOf({ xml: lines });
const bytes = Buffer.from(document);
const lineOf = (part: string) => document.slice(0, document.indexOf(part)).split('\n').length;
const examination = createExaminer({ mappings: folder })(bytes);

describe('explain', () => {
  it('leads from an element to its line, to the text of its rule, and to the row of the ConceptMap', () => {
    const [status, ...others] = explainElement(examination, 'Observation.status');
    expect(others).to.deep.equal([]);
    expect(status).to.deep.include({ value: 'final', by: 'document', mapping: 'observation' });
    expect(status!.sources[0]!.line).to.equal(lineOf('<statusCode'));
    expect(status!.rule).to.deep.include({
      file: 'fragments/status.json',
      pointer: '/value/$first/0',
      text: '{"$from":"statusCode","$map":"status"}',
    });
    expect(status!.conceptMap?.text).to.include('"code":"done"');
  });

  it('accepts the beginning of an id, an ellipsis, an element with or without index, and any depth', () => {
    const id = explainElement(examination, 'Observation.id')[0]!.value as string;
    const targets = (element: string) =>
      explainElement(examination, element).map(({ target }) => target.replace(/^[^.]*\./, ''));
    const codes = ['code.coding[0].system', 'code.coding[0].code', 'code.coding[0].display'];
    const found = targets('Observation.code');
    expect(codes.slice(0, 2).every((code) => found.includes(code))).to.equal(true);
    for (const element of [
      `Observation/${id}.code`,
      `Observation/${id.slice(0, 6)}….code`,
      'Observation/*.code',
      'Observation.code.coding',
    ])
      expect(targets(element), element).to.deep.equal(found);
    expect(targets('Observation.code.coding.code')).to.deep.equal(['code.coding[0].code']);
    expect(targets('Observation.code.coding[1]')).to.deep.equal([]);
    expect(targets('Observation/ffffffff-0.code')).to.deep.equal([]);
  });

  it('says everything that a line became, and why the rest became nothing', () => {
    const { facts, made } = explainLine(examination, lineOf('<code code="8302'));
    expect(made).to.deep.equal([]);
    const [code] = facts;
    const left = explainLine(examination, lineOf('<statusCode')).facts.find(({ value }) => value === 'tall');
    expect(code).to.deep.include({ value: '8302-2', status: 'mapped' });
    expect(code!.became.map(({ target }) => target.replace(/^[^.]*\./, ''))).to.deep.equal(['code.coding[0].code']);
    expect(left).to.deep.include({ status: 'dropped', reason: 'nobody asks for it' });
    expect(left!.dropRule?.pointer).to.equal('/ignore/value~1text()');
    expect(explainLine(examination, lineOf('<observation')).made.map(({ mapping }) => mapping)).to.include(
      'observation',
    );
  });

  it('says which fact is at a column', () => {
    const line = lineOf('<code code="8302');
    const { column } = explainLine(examination, line).facts[1]!;
    expect(explainLine(examination, line, column + 3).facts.map(({ value }) => value)).to.deep.equal([
      '2.16.840.1.113883.6.1',
    ]);
  });

  it('lists for a missing element the selectors, their results, and the meaning of its conditions', () => {
    const { have, lack } = explainAbsence(examination, 'Observation.value');
    expect(have).to.deep.equal([]);
    expect(lack[0]).to.include({ mapping: 'observation', mapped: true });
    expect(lack[0]!.tried.map(({ rule, outcome }) => [rule?.pointer, outcome])).to.deep.equal([
      ['/resource/valueString/$when', 'false'],
    ]);
    expect(lack[0]!.tried[0]!.conditions).to.deep.equal([{ name: 'happened', title: 'It took place' }]);
    const [{ tried } = { tried: [] }] = explainAbsence(examination, 'Observation.effective').lack;
    expect(tried.map(({ outcome }) => outcome)).to.deep.equal(['found nothing']);
  });

  it('distinguishes an element that no mapping has, one that found nothing, and one that is there', () => {
    expect(explainAbsence(examination, 'Observation.note').lack[0]).to.deep.include({ mapped: false, tried: [] });
    expect(explainAbsence(examination, 'Observation.status')).to.deep.include({ lack: [] });
  });

  it('says for a missing resource what its mappings require', () => {
    const missing = createExaminer({ mappings: folder })(Buffer.from(documentOf({ xml: '<observation/>' })));
    const { none } = explainAbsence(missing, 'Observation.code');
    expect(none).to.deep.include({
      mapping: 'observation',
      file: 'observation.json',
      candidates: 1,
      withTemplate: 0,
      wants: '{"where":"code"}',
      statements: [],
    });
  });

  it('tells of a column at which an element begins, as issues name it, the facts of that element', () => {
    const line = lineOf('<code code="8302');
    const code = explainLine(examination, line, 1);
    expect(code.facts.map(({ value }) => value)).to.deep.equal(['8302-2', '2.16.840.1.113883.6.1', 'Body height']);
    expect(code.around?.source).to.equal('observation');
    expect(code.around?.made.map(({ mapping }) => mapping)).to.deep.equal(['observation']);
  });

  it('tells of a statement that became nothing which condition had to hold', () => {
    const untakenSet = observationSet(
      { resourceType: 'Observation', status: 'final', code: '= code' },
      {
        'conditions.json': {
          conditions: { happened: { title: 'It took place', on: ['observation'], test: "@moodCode='EVN'" } },
        },
      },
      { match: { template: '2.999.4', where: 'happened()' } },
    );
    const planned = '<observation moodCode="INT">\n<templateId root="2.999.4"/>\n<code code="8302-2"/></observation>';
    const missed = createExaminer({ mappings: untakenSet })(Buffer.from(documentOf({ xml: planned })));
    const at =
      documentOf({ xml: planned })
        .split('\n')
        .findIndex((text) => text.includes('2.999.4')) + 1;
    const why = { failed: ['happened()'], conditions: [{ name: 'happened', title: 'It took place' }] };
    const line = explainLine(missed, at);
    expect(line.facts).to.deep.equal([]);
    expect(line.around).to.deep.include({ source: 'observation', template: '2.999.4', made: [] });
    expect(line.around?.untaken).to.deep.include(why);
    expect(explainAbsence(missed, 'Observation').none[0]?.statements[0]).to.deep.include(why);
  });

  it('shows a rule that a sender puts into a list in the patch of the sender, and those behind it in the mapping', () => {
    const patchedSet = observationSet(
      {
        resourceType: 'Observation',
        status: { $first: [{ $when: "statusCode/@code='active'", $code: 'preliminary' }, { $code: 'final' }] },
        code: '= code',
      },
      {
        'senders/acme/sender.json': { oids: ['2.999.77'] },
        'senders/acme/observation.json': {
          $patch: [
            {
              op: 'add',
              path: '/resource/status/$first/0',
              value: { $when: "statusCode/@code='held'", $code: 'registered' },
            },
          ],
        },
      },
    );
    const ruleFor = (status: string) => {
      const xml = `<observation moodCode="EVN"><code code="1"/><statusCode code="${status}"/></observation>`;
      const examined = createExaminer({ mappings: patchedSet })(Buffer.from(documentOf({ xml })), { sender: 'acme' });
      const { file, pointer, text } = explainElement(examined, 'Observation.status')[0]!.rule!;
      return [file, pointer, /"\$code":"(\w+)"/.exec(text)?.[1]];
    };
    expect(ruleFor('held')).to.deep.equal(['senders/acme/observation.json', '/$patch/0/value', 'registered']);
    expect(ruleFor('active')).to.deep.equal(['observation.json', '/resource/status/$first/0', 'preliminary']);
    expect(ruleFor('completed')).to.deep.equal(['observation.json', '/resource/status/$first/1', 'final']);
  });

  it('says that FHIR has no such element or resource, with the one that is meant', () => {
    expect(doubtAboutElement('Condition.abatment')).to.equal(
      'FHIR R4 has no element abatment in Condition; did you mean abatement?',
    );
    expect(doubtAboutElement('Condtion/7c1d.code')).to.equal(
      'FHIR R4 has no resource Condtion; did you mean Condition?',
    );
    for (const right of ['Condition', 'Condition.abatement', 'Condition.abatementDateTime', 'Condition/7c….code.text'])
      expect(doubtAboutElement(right)).to.equal(undefined);
  });
});
