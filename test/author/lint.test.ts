import { expect } from 'chai';
import { lintRules, type LintFinding } from '../../src/author/finding.js';
import { lintMappings, lintPurposes } from '../../src/author/lint.js';
import { githubLine, sarifOf } from '../../src/author/lint-report.js';
import { packagedMappings } from '../../src/convert.js';
import { mappingFolder, observationSet } from '../mapping/mapping-folder.js';

const resource = { resourceType: 'Observation', status: 'final', code: '= code' };
const told = (findings: readonly LintFinding[]) =>
  findings.map(({ rule, severity, file }) => `${severity} ${rule} ${file}`);

describe('lint', () => {
  it('finds no mistake in the packaged set and the packaged purposes', () => {
    const found = lintMappings(packagedMappings);
    expect(found).to.deep.equal([]);
    expect(lintPurposes('purposes').filter(({ severity }) => severity === 'error')).to.deep.equal([]);
  });

  it('reports every mistake of every file at once, each with its place', () => {
    const folder = observationSet({ ...resource, statuss: 'final', code: '= kode' }, { 'broken.json': '{ "id": ' });
    const mistakes = lintMappings(folder).filter(({ rule }) => rule === 'mistake');
    const [json, path, element] = mistakes.map(({ file, message }) => `${file} ${message}`);
    expect(json).to.match(/^broken\.json not JSON/);
    expect(path).to.match(/^observation\.json CDA has no name kode; did you mean code\?/);
    expect(element).to.match(/^observation\.json Observation has no element "statuss"; did you mean status\?/);
    expect(mistakes.every(({ line, column }) => line > 0 && column > 0)).to.equal(true);
    expect(mistakes).to.have.length(3);
  });

  it('warns of a template that no standard has, in matches, selectors and lists, and names the nearest known template', () => {
    const matched = (template: string, more: object = {}) => ({ match: { template }, ...more });
    const set = (template: string, where: string, files: object = {}) =>
      observationSet(
        resource,
        { 'templates-by-hand.json': { templates: { '2.16.840.1.113883.10.20.22.4.900': {} } }, ...files },
        matched(template, { identity: { by: [where] } }),
      );
    const doubts = (folder: string) =>
      lintMappings(folder)
        .filter(({ rule }) => rule === 'unknown-template')
        .map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
    const known = '2.16.840.1.113883.10.20.22.4.4';
    expect(doubts(set('2.16.840.1.113883.10.22.4.4', 'id'))).to.deep.equal([
      `observation.json:7:17 no standard has the template 2.16.840.1.113883.10.22.4.4; did you mean ${known} (Problem Observation)?`,
    ]);
    const lists = { lists: { mine: { title: 't', codes: { '2.16.840.1.113883.10.20.22.4.4.4': 'x', [known]: 'y' } } } };
    expect(doubts(set(known, "id[../templateId/@root=one-of('mine')]", { 'code-lists.json': lists }))).to.have.length(
      1,
    );
    expect(doubts(set(known, "id[../templateId[@root=('1.2.3', '2.16.840.1.113883.10.20.22.44.4')]]"))).to.have.length(
      1,
    );
    // A sender's own, one that the set itself declares, and what is no template.
    for (const oid of [known, '1.2.840.114350.1.72.3.1', '2.16.840.1.113883.10.20.22.4.900'])
      expect(doubts(set(oid, "id[@root='2.16.840.1.113883.10.20.22.4.4.4']"))).to.deep.equal([]);
  });

  it('warns of a code of CDA that becomes one of FHIR without a ConceptMap', () => {
    const doubts = (status: unknown, more: object = {}) =>
      lintMappings(observationSet({ ...resource, status, ...more }))
        .filter(({ rule }) => rule === 'code-without-map')
        .map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
    expect(doubts('= statusCode')).to.deep.equal([
      'observation.json:11:15 statusCode may be aborted, active, completed, and these are not codes of observation-status: translate them by a ConceptMap ("$map")',
    ]);
    expect(doubts({ $first: [{ $from: 'statusCode/@code' }, 'final'] })).to.have.length(1);
    expect(doubts('= code/@code').join()).to.match(/code has codes of CDA, and these are not/);
    expect(doubts('final', { language: '= languageCode', note: [{ text: '= text' }] })).to.deep.equal([]);
  });

  it('warns of a URL that is nearly one that is known', () => {
    const core = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-';
    const doubts = (url: string, profile: string, system: string) =>
      lintMappings(
        observationSet(
          { ...resource, extension: [{ url, valueCode: '= @classCode' }], method: { $code: 'x', $system: system } },
          {},
          { profiles: [{ url: profile, needs: ['code'] }] },
        ),
      )
        .filter(({ rule }) => rule === 'odd-url')
        .map(({ line, message }) => `${line} ${message}`);
    expect(
      doubts(`${core}birthsexx`, `${core}conditon-problems-health-concerns`, 'http://snomed.info/sctt').join('\n'),
    ).to.match(
      /^\d+ nobody knows the URL ".*birthsexx"; did you mean .*birthsex\?\n\d+ .*snomed\.info\/sct\?\n\d+ .*us-core-condition-problems-health-concerns\?$/,
    );
    expect(doubts('https://acme.example/fhir/x', `${core}observation-lab|6.1.0`, 'http://loinc.org')).to.deep.equal([]);
  });

  it('reports the mistakes of tests', () => {
    const tests = [{ name: 'x', xml: '<observation/>', count: { Observaton: 0 } }];
    const found = lintMappings(observationSet(resource, { 'observation.test.json': { tests } }));
    expect(
      found.filter(({ rule }) => rule === 'test-mistake').map(({ severity, line }) => [severity, line]),
    ).to.deep.equal([['error', 7]]);
  });

  it('warns of unused parts, and of no used part', () => {
    const part = (name: string) => ({ title: name, value: name });
    const map = {
      resourceType: 'ConceptMap',
      url: 'urn:x',
      status: 'active',
      group: [{ element: [{ code: 'a', target: [{ code: 'final', equivalence: 'equal' }] }] }],
    };
    const condition = (test: string) => ({ title: 't', on: ['observation'], test });
    const folder = observationSet(
      {
        ...resource,
        status: { $when: "asked() and is-listed(code/@code, 'used')", $from: 'statusCode', $map: 'used' },
        _status: { $use: 'used' },
      },
      {
        'fragments/used.json': { title: 'used', value: { id: '= id/@extension' } },
        'fragments/spare.json': part('spare'),
        'conceptmaps/used.json': map,
        'conceptmaps/spare.json': map,
        'words/used.json': { title: 't', words: ['a'] },
        'words/spare.json': { title: 't', words: ['b'] },
        'conditions.json': { conditions: { asked: condition('code'), spare: condition('code') } },
      },
    );
    expect(told(lintMappings(folder)).filter((line) => !line.includes('untested'))).to.deep.equal([
      'warning unused-concept-map conceptmaps/spare.json',
      'warning unused-condition conditions.json',
      'warning unused-fragment fragments/spare.json',
      'warning unused-word-list words/spare.json',
    ]);
  });

  it('counts the characters of a selector, wherever it is', () => {
    const long = Array.from({ length: 30 }, (_, index) => `@code='${index}'`).join(' or ');
    const folder = mappingFolder({
      'observation.json': {
        id: 'observation',
        on: ['observation'],
        match: { where: `code[${long}]` },
        resource: { ...resource, valueString: { $when: 'value', $from: 'value' } },
        ignore: { [`code[${long}]/originalText`]: 'why' },
      },
    });
    const found = lintMappings(folder).filter(({ rule }) => rule === 'long-selector');
    expect(found.map(({ line }) => line)).to.have.length(2);
    expect(found[0]!.message).to.match(/^this selector has \d{3} characters/);
  });

  it('warns of an impossible date, of a text that reads like a selector, and of a time taken from any value', () => {
    const folder = observationSet({
      ...resource,
      code: { text: 'code/originalText' },
      effectiveDateTime: '= value',
      issued: 'yesterday',
      note: [{ text: { $first: [{ $when: 'text', $value: 'value/@unit' }, 'one/two', 'mg/dL'] } }],
      component: [{ code: '= code', valueDateTime: '= value' }],
      valueDateTime: '2024-03-01T10:00:00Z',
    });
    const odd = lintMappings(folder).filter(({ rule }) => !rule.startsWith('un'));
    expect(odd.map(({ rule, message }) => `${rule} ${message.slice(0, 60)}`)).to.deep.equal([
      'literal-selector this text will stand in every resource as it is; a selector ',
      'value-as-time "value" is a time only where the sender types it so; when it',
      'impossible-literal "yesterday" is not written as FHIR writes a value of type in',
      'literal-selector this text will stand in every resource as it is; a selector ',
      'never-asked this alternative is never asked: the one before it always gi',
    ]);
    expect(odd.every(({ severity, line, column }) => severity === 'warning' && line > 0 && column > 1)).to.equal(true);
  });

  it('warns of constants that no document has or FHIR does not take, and of what is never asked', () => {
    const folder = observationSet(
      {
        ...resource,
        code: "= code[@codeSystem='LOINC' or @codeSystem='2.16.840.1.113883.6.1']",
        encounter: { reference: 'Encounter/1' },
        dataAbsentReason: { $without: 'value[x]', $code: 'unknown' },
        method: { coding: [{ system: '2.999.8', code: '= methodCode/@code' }] },
        issued: { $first: ['= author/time', '2024-03-01T10:00:00Z', '= performer/time'] },
        'value[x]': '= value',
        extension: [{ url: 'urn:acme:calls', extension: [{ url: 'number', valueString: '= text' }] }],
      },
      {
        'conceptmaps/lab.json': {
          resourceType: 'ConceptMap',
          url: 'urn:acme:lab',
          status: 'active',
          group: [{ source: '2.999.8', target: 'http://loinc.org', element: [] }],
        },
        'senders/acme/sender.json': { oids: ['urn:oid:2.999.77'], valuesBesideNullFlavors: 'true' },
        'results.json': {
          id: 'results',
          on: ['observation'],
          match: [{ section: 'Results', where: 'code' }, { template: '2.16.840.1.113883.10.20.22.4.2:2015-08-01' }],
          resource,
          ignore: { text: '' },
        },
      },
    );
    const rules = ['odd-literal', 'never-asked', 'sender', 'unknown-template'];
    const odd = lintMappings(folder).filter(({ rule }) => rules.includes(rule));
    expect(odd.map(({ file, message }) => `${file} ${message}`)).to.deep.equal([
      'conceptmaps/lab.json "2.999.8" is not a URI, for example "urn:oid:2.999.8"',
      'observation.json @codeSystem is an OID in CDA, and never "LOINC"',
      'observation.json no resource of the Bundle is "Encounter/1"; { "$ref": "patient" }, "$made" and "$resource" make references',
      'observation.json "value[x]" stands after this element, and only elements before it are asked: put it before',
      'observation.json "2.999.8" is not a URI, for example "urn:oid:2.999.8"',
      'observation.json this alternative is never asked: the one before it always gives a value',
      'results.json a section is named by its LOINC code, such as 30954-2; not "Results"',
      'results.json a template is an OID; its date goes beside it: "template": "2.16.840.1.113883.10.20.22.4.2", "version": "2015-08-01"',
      'results.json say why it is left out: the ledger tells it',
      'senders/acme/sender.json an OID has numbers and dots only: 2.999.77',
      'senders/acme/sender.json this is true or false',
    ]);
  });

  it('warns of a sender.json that has no effect, and of an OID that many organizations have', () => {
    const folder = observationSet(resource, {
      'senders/acme/sender.json': {
        oid: ['2.999.1'],
        timeZone: 'America/Chicagoo',
        oids: ['2.16.840.1.113883.4.6', '2.16.840.1.113883.19.5'],
      },
    });
    const odd = lintMappings(folder).filter(({ rule }) => rule === 'sender');
    expect(odd.map(({ message }) => message)).to.deep.equal([
      'sender.json has no "oid"; did you mean oids?',
      '"America/Chicagoo" is not a time zone, such as America/Chicago',
      '2.16.840.1.113883.4.6 is the OID of numbers that many organizations have (http://hl7.org/fhir/sid/us-npi), not of one sender',
      '2.16.840.1.113883.19.5 is under the OID that HL7 has for examples, not of one sender',
    ]);
  });

  it('warns of a mapping without a test beside it', () => {
    const folder = observationSet(resource, { 'observation.test.json': { tests: [] } });
    expect(told(lintMappings(folder))).to.deep.equal(['warning untested-mapping patient.json']);
  });

  it('is written in the formats of code scanning and of a workflow', () => {
    const finding: LintFinding = {
      rule: 'mistake',
      severity: 'error',
      file: 'a.json',
      line: 3,
      column: 7,
      message: '50% of\nit',
    };
    const sarif = sarifOf([finding], (file) => `mappings/${file}`, '1.0.0') as {
      runs: { results: unknown[]; tool: { driver: { rules: unknown[] } } }[];
    };
    expect(sarif.runs[0]!.tool.driver.rules).to.have.length(lintRules.size);
    expect(sarif.runs[0]!.results).to.deep.equal([
      {
        ruleId: 'mistake',
        level: 'error',
        message: { text: '50% of\nit' },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'mappings/a.json' },
              region: { startLine: 3, startColumn: 7 },
            },
          },
        ],
      },
    ]);
    expect(githubLine(finding, (file) => file)).to.equal(
      '::error file=a.json,line=3,col=7,title=mistake::50%25 of%0Ait',
    );
  });
});
