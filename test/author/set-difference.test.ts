import { expect } from 'chai';
import type { Conversion } from '../../src/conversion.js';
import { converterOf } from '../../src/convert.js';
import { convertAsking, type Asking } from '../../src/examine.js';
import { diffOf } from '../../src/author/diff.js';
import { mayDiffer } from '../../src/author/set-difference.js';
import { loadMappings, type LoadedMappings } from '../../src/mapping/load.js';
import { mappingFolder, patientMapping } from '../mapping/mapping-folder.js';
import { documentOf } from '../mappings/document-of.js';

type Files = Readonly<Record<string, object>>;

/** A set in which each kind of file has its part. */
const files: Files = {
  'patient.json': patientMapping,
  'finding.json': {
    id: 'finding',
    on: ['observation'],
    let: { told: 'code[is-listed(@displayName, "heights")]' },
    match: { template: '2.999.1', where: 'happened()' },
    resource: {
      resourceType: 'Observation',
      status: { $from: 'statusCode/@code', $map: 'status' },
      code: { text: '= $told/@displayName' },
      note: { $use: 'said' },
      identifier: '= id',
    },
  },
  'act.json': {
    id: 'act',
    on: ['procedure'],
    match: { section: '11450-4', where: 'code' },
    resource: {
      resourceType: 'Procedure',
      status: 'completed',
      code: { text: "= code[@code=one-of('acts')]/@code" },
      subject: { $ref: 'patient' },
    },
  },
  'not-known.json': { id: 'not-known', on: ['act'], where: 'not(known())', drop: 'nobody knows it' },
  'fragments/said.json': { value: { text: '= text' } },
  'conceptmaps/status.json': {
    resourceType: 'ConceptMap',
    url: 'urn:test',
    status: 'active',
    group: [{ element: [{ code: 'completed', target: [{ code: 'final', equivalence: 'equal' }] }] }],
  },
  'conditions.json': {
    conditions: {
      done: { title: 'It is done', on: ['observation'], test: "statusCode/@code='completed'" },
      happened: { title: 'It happened', on: ['observation'], test: "@moodCode='EVN' and done()" },
      known: { title: 'Something is known', on: ['act'], test: 'code' },
      'never-named': { title: 'Nobody asks it', on: ['act'], test: 'code' },
    },
  },
  'words/heights.json': { title: 'Heights', words: ['height'] },
  'code-lists.json': { lists: { acts: { title: 'Acts', codes: { a: 'An act' } } } },
  'issues.json': { codes: { 'no-text': 'It has no text' } },
  'agreement.json': {
    questions: [
      {
        of: ['Observation'],
        on: ['observation'],
        issues: { text: { code: 'no-text', when: 'not(text)', text: 'It has no text.' } },
      },
    ],
  },
  'ignored.json': { facts: { 'id/@extension': 'numbers are for machines' } },
  'placeholder-identifiers.json': { placeholders: [{ why: 'a word', value: 'none', of: 'anything' }] },
  'templates.json': { templates: { '2.999.1': { moodCode: 'EVN' } } },
  'senders/acme/sender.json': { oids: ['2.999.77'] },
  'senders/acme/finding.json': { resource: { language: 'en' } },
};

const finding =
  '<observation classCode="OBS" moodCode="EVN"><templateId root="2.999.1"/><id root="2.999.7" extension="a"/>' +
  '<code code="x" displayName="Height"/><text>tall</text><statusCode code="completed"/></observation>';
const custodian = (oid: string): string =>
  `<custodian><assignedCustodian><representedCustodianOrganization><id root="${oid}"/></representedCustodianOrganization></assignedCustodian></custodian>`;
const documents = {
  finding: documentOf({ xml: finding }),
  act: documentOf({ xml: '<procedure><code code="a"/></procedure>' }),
  acme: documentOf({ xml: finding, header: custodian('2.999.77') }),
  other: documentOf({
    xml: '<supply classCode="SPLY"><templateId root="2.999.9"/><id root="2.999.8" extension="a"/></supply>',
  }),
};

interface Change {
  readonly what: string;
  /** Files of the later set that are not those of the earlier one; undefined where it has none. */
  readonly later: Readonly<Record<string, object | undefined>>;
  /** The documents that have to be converted by the later set, too. */
  readonly asked: readonly string[];
  /** Those of them of which it makes something else. */
  readonly changed: readonly string[];
}

const ALL = Object.keys(documents);
const OF_FINDING = ['finding', 'acme'];
const file = (path: string, more: object): Record<string, object> => ({ [path]: { ...files[path], ...more } });
const { resource: observed } = files['finding.json'] as { resource: object };
const { resource: done } = files['act.json'] as { resource: object };
const { conditions } = files['conditions.json'] as { conditions: Readonly<Record<string, object>> };
const withCondition = (name: string, test: string): Record<string, object> =>
  file('conditions.json', { conditions: { ...conditions, [name]: { ...conditions[name], test } } });
const act = (match: object, element = 'procedure') => ({ id: 'more', on: [element], match, resource: done });

const changes: readonly Change[] = [
  { what: 'nothing', later: {}, asked: [], changed: [] },
  { what: 'a title', later: file('finding.json', { title: 'A finding' }), asked: [], changed: [] },
  {
    what: 'the resource of a mapping',
    later: file('finding.json', { resource: { ...observed, valueString: 'new' } }),
    asked: OF_FINDING,
    changed: OF_FINDING,
  },
  {
    what: 'a match, so that it holds for nothing any more',
    later: file('act.json', { match: { section: '1-8', where: 'code' } }),
    asked: ['act'],
    changed: ['act'],
  },
  {
    what: 'the priority of a match',
    later: file('finding.json', { match: { template: '2.999.1', where: 'happened()', priority: 7 } }),
    asked: OF_FINDING,
    changed: [],
  },
  {
    what: 'a mapping that is added and knows a template',
    later: { 'more.json': act({ template: '2.999.1' }, 'observation') },
    asked: OF_FINDING,
    changed: [],
  },
  {
    what: 'a mapping that is added and comes first',
    later: { 'more.json': act({ template: '2.999.1', priority: 9 }, 'observation') },
    asked: OF_FINDING,
    changed: OF_FINDING,
  },
  {
    what: 'a mapping that is added and knows a shape',
    later: { 'more.json': act({ where: "code/@code='a'", priority: 9 }) },
    asked: ['act'],
    changed: [],
  },
  {
    what: 'a mapping that is added on an element of its own',
    later: { 'more.json': act({ template: '2.999.9' }, 'supply') },
    asked: ALL,
    changed: ['other'],
  },
  { what: 'a mapping that is gone', later: { 'act.json': undefined }, asked: ALL, changed: ['act'] },
  {
    what: 'a place in the header',
    later: file('patient.json', { match: { path: '/ClinicalDocument/recordTarget[2]/patientRole' } }),
    asked: ALL,
    changed: ALL,
  },
  {
    what: 'a fragment',
    later: { 'fragments/said.json': { value: { text: "= concat(text, '!')" } } },
    asked: OF_FINDING,
    changed: OF_FINDING,
  },
  {
    what: 'a ConceptMap',
    later: file('conceptmaps/status.json', {
      group: [{ element: [{ code: 'completed', target: [{ code: 'amended', equivalence: 'equal' }] }] }],
    }),
    asked: OF_FINDING,
    changed: OF_FINDING,
  },
  {
    what: 'a condition that another one of a match names',
    later: withCondition('done', "statusCode/@code='never'"),
    asked: OF_FINDING,
    changed: OF_FINDING,
  },
  { what: 'a condition that nobody names', later: withCondition('never-named', 'text'), asked: [], changed: [] },
  {
    what: 'a condition of a rule that drops statements',
    later: withCondition('known', 'text'),
    asked: ALL,
    changed: [],
  },
  {
    what: 'a word list that a name for nodes needs',
    later: file('words/heights.json', { words: ['weight'] }),
    asked: OF_FINDING,
    changed: OF_FINDING,
  },
  {
    what: 'a code list',
    later: { 'code-lists.json': { lists: { acts: { title: 'Acts', codes: { b: 'Another act' } } } } },
    asked: ['act'],
    changed: ['act'],
  },
  {
    what: 'the words of a sender',
    later: { 'senders/acme/words/heights.json': { add: ['size'], remove: ['height'] } },
    asked: ['acme'],
    changed: ['acme'],
  },
  {
    what: 'the overlay of a sender',
    later: { 'senders/acme/finding.json': { resource: { language: 'de' } } },
    asked: ['acme'],
    changed: ['acme'],
  },
  {
    what: 'whose documents an overlay is for',
    later: { 'senders/acme/sender.json': { oids: ['2.999.78'] } },
    asked: ['acme'],
    changed: ['acme'],
  },
  {
    what: 'what a sender says of null flavors',
    later: { 'senders/acme/sender.json': { oids: ['2.999.77'], valuesBesideNullFlavors: true } },
    asked: ['acme'],
    changed: [],
  },
  {
    what: 'the reason of a rule that drops statements',
    later: file('not-known.json', { drop: 'it is not known' }),
    asked: ALL,
    changed: [],
  },
  { what: 'what is ignored', later: { 'ignored.json': { facts: {} } }, asked: ALL, changed: ALL },
  {
    what: 'what identifies nobody',
    later: { 'placeholder-identifiers.json': { placeholders: [{ why: 'a', value: 'a', of: 'anything' }] } },
    asked: ALL,
    changed: OF_FINDING,
  },
  {
    what: 'what a template fixes',
    later: { 'templates.json': { templates: { '2.999.1': { code: 'x', moodCode: 'EVN' } } } },
    asked: ALL,
    changed: OF_FINDING,
  },
  { what: 'whether places agree', later: { 'agreement.json': { questions: [] } }, asked: [], changed: [] },
  {
    what: 'the issues of a mapping',
    later: file('finding.json', { issues: { told: { code: 'no-text', when: 'not(text)', text: 'It has no text.' } } }),
    asked: [],
    changed: [],
  },
  {
    what: 'the issues of a fragment',
    later: file('fragments/said.json', { issues: { told: { code: 'no-text', text: 'It has no text.' } } }),
    asked: [],
    changed: [],
  },
];

describe('the documents that a change of a mapping set can affect', () => {
  const load = (set: Files): LoadedMappings => loadMappings(mappingFolder(set));
  const convert = (set: LoadedMappings, document: string): Asking => convertAsking(set, Buffer.from(document), {});
  const noTrace = (): undefined => undefined;
  let from: LoadedMappings;
  let made: Map<string, Asking>;
  before(() => {
    from = load(files);
    made = new Map(Object.entries(documents).map(([name, document]) => [name, convert(from, document)]));
  });

  it('leaves out the issues of mappings, which a comparison does not show', () => {
    const told = load({ ...files, ...file('finding.json', { issues: { told: { code: 'no-text', text: 'Told.' } } }) });
    const codes = (conversion: Conversion): string[] => conversion.issues.map(({ code }) => code);
    expect(codes(converterOf(told).convert(Buffer.from(documents.finding)))).to.include('no-text');
    expect(codes(convert(told, documents.finding).conversion)).not.to.include('no-text');
  });

  for (const { what, later, asked, changed } of changes)
    it(`${what}: asked ${asked.join(', ') || 'by none'}, and changes ${changed.join(', ') || 'none'}`, () => {
      const set = Object.entries({ ...files, ...later }).filter(
        (entry): entry is [string, object] => entry[1] !== undefined,
      );
      const to = load(Object.fromEntries(set));
      const found = { asked: [] as string[], changed: [] as string[] };
      for (const [name, document] of Object.entries(documents)) {
        const one = made.get(name)!;
        if (mayDiffer(one.setFor(from), one.setFor(to))(one.asked)) found.asked.push(name);
        const { conversion } = convert(to, document);
        const sides = [
          { conversion: one.conversion, hash: from.hash, traceOf: noTrace },
          { conversion, hash: to.hash, traceOf: noTrace },
        ] as const;
        const { changes: told, unmapped } = diffOf(...sides);
        if (told.length > 0 || unmapped[0] !== unmapped[1]) found.changed.push(name);
      }
      expect(found).to.deep.equal({ asked, changed });
    });
});
