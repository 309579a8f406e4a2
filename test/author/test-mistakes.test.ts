import { expect } from 'chai';
import { readTests } from '../../src/author/read-tests.js';
import { mistakesInTest } from '../../src/author/test-mistakes.js';
import { mappingFolder } from '../mapping/mapping-folder.js';

const told = (test: object) =>
  mistakesInTest({ name: 'x', count: { Condition: 0 }, ...test }, new Set(['unmapped-code'])).map(
    ({ pointer, message }) => `${pointer} ${message}`,
  );
const toldOf = (resource: object) => told({ expect: [{ resourceType: 'Condition', ...resource }] });

describe('a test of a mapping', () => {
  it('is refused if it expects that an element is absent which FHIR does not have', () => {
    expect(toldOf({ abatementDatetme: null })).to.deep.equal([
      '/expect/0/abatementDatetme Condition has no element "abatementDatetme"; did you mean abatementDateTime?',
    ]);
    expect(toldOf({ abatementDateTime: null, _abatementDateTime: null, note: null })).to.deep.equal([]);
    expect(toldOf({ abatement: null }).join()).to.match(
      /no element "abatement": abatementDateTime, abatementAge, .*…$/,
    );
    expect(toldOf({ 'abatement[x]': null }).join()).to.match(/type in the name: abatementDateTime, /);
    expect(toldOf({ _code: null })).to.deep.equal([
      '/expect/0/_code "code" is a CodeableConcept, so there is no "_code"',
    ]);
  });

  it('is refused if what it expects is misspelt at any depth', () => {
    const onset = { extension: [{ url: 'urn:x', valueSting: 'x' }] };
    expect(
      toldOf({ code: { coding: [{ sytem: 'x' }] }, _onsetDateTime: onset, stage: [{ sumary: null }] }),
    ).to.deep.equal([
      '/expect/0/code/coding/0/sytem Coding has no element "sytem"; did you mean system?',
      '/expect/0/_onsetDateTime/extension/0/valueSting Extension has no element "valueSting"; did you mean valueString?',
      '/expect/0/stage/0/sumary Condition.stage has no element "sumary"; did you mean summary?',
    ]);
    expect(toldOf({ contained: [{ resourceType: 'Patient', gendr: null }] }).join()).to.match(/Patient has no element/);
  });

  it('is refused if the resource at the end of a reference is misspelt, or no reference leads to it', () => {
    expect(toldOf({ subject: { $to: { resourceType: 'Patient', birthdat: null } } })).to.deep.equal([
      '/expect/0/subject/$to/birthdat Patient has no element "birthdat"; did you mean birthDate?',
    ]);
    expect(toldOf({ subject: { $to: { resourceType: 'Patiant' } } }).join()).to.match(/did you mean Patient/);
    expect(toldOf({ code: { $to: { resourceType: 'Patient' } } }).join()).to.match(/a CodeableConcept, and only/);
    expect(toldOf({ subject: { $to: { resourceType: 'Patient' }, display: 'x' } })).to.deep.equal([
      '/expect/0/subject/display "display" has no effect beside $to',
    ]);
    expect(toldOf({ onsetString: { $txt: 'x' } }).join()).to.match(/a test has no "\$txt"/);
    expect(toldOf({ onsetString: { $text: '(' } }).join()).to.match(/regular expression/);
  });

  it('is refused if a resource type, a code of an issue, a status or a path of the ledger does not exist', () => {
    expect(told({ count: { Conditon: 0 } })).to.deep.equal([
      '/count/Conditon FHIR R4 has no resource "Conditon"; did you mean Condition?',
    ]);
    expect(told({ expect: [{ resourceType: 'Conditon' }] }).join()).to.match(/did you mean Condition\?/);
    expect(told({ expect: [{ status: 'x' }] }).join()).to.match(/"resourceType"/);
    expect(told({ issues: ['unmaped-code', 'unmapped-code'] })).to.deep.equal([
      '/issues/0 no issue has the code "unmaped-code"; did you mean unmapped-code?',
    ]);
    expect(told({ ledger: { 'act[2]/efectiveTime/@value': 'droped' } })).to.deep.equal([
      '/ledger/act[2]~1efectiveTime~1@value the ledger lists narrative, dropped, unmapped; not "droped"; did you mean dropped?',
      '/ledger/act[2]~1efectiveTime~1@value CDA has no name efectiveTime; did you mean effectiveTime?',
    ]);
    expect(told({ ledger: { 'value/originalText/text()': 'unmapped', 'value/@xsi:type': 'dropped' } })).to.deep.equal(
      [],
    );
  });

  it('is refused if one of its keys is misspelt, has no effect, or if it expects nothing', () => {
    expect(told({ expects: [] })).to.deep.equal(['/expects a test has no "expects"; did you mean expect?']);
    expect(told({ options: { timezone: 'UTC' } })).to.deep.equal([
      '/options/timezone convert has no option "timezone"; did you mean timeZone?',
    ]);
    expect(told({ sections: '', xml: '' })).to.deep.equal(['/xml "xml" has no effect beside "sections"']);
    expect(told({ count: {}, expect: [] }).join()).to.match(/^ this test expects nothing/);
    expect(told({ count: { Condition: -1 } }).join()).to.match(/whole number/);
    expect(told({ expect: {} })).to.deep.equal(['/expect "expect" is a list']);
  });
});

describe('a file of tests', () => {
  const placesIn = (text: string) =>
    readTests(
      mappingFolder({ 'a.test.json': text, 'issues.json': { codes: { 'of-the-set': 'x' } } }),
    )[0]!.mistakes!.map(({ line, column, test, message }) => `${line}:${column} ${test ?? 'file'}: ${message}`);

  it('tells each mistake at its line and column', () => {
    const text = `{
  "tests": [
    { "name": "a", "issues": ["of-the-set"] },
    {
      "name": "b",
      "expect": [{ "resourceType": "Condition", "onsetDate": null }]
    }
  ]
}`;
    expect(placesIn(text)).to.deep.equal(['6:49 1: Condition has no element "onsetDate"; did you mean onsetDateTime?']);
  });

  it('is refused if it is not JSON, or has its tests under another name', () => {
    expect(placesIn('{\n  "tests": [}').join()).to.match(/^2:\d+ file: not JSON/);
    expect(placesIn('{ "test": [] }').join()).to.match(/^1:1 file: a file of tests is/);
    expect(placesIn('{ "tests": [], "test": [] }')).to.deep.equal([
      '1:16 file: a file of tests has no "test"; did you mean tests?',
    ]);
  });
});
