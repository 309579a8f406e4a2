import { expect } from 'chai';
import { purposeTestFailures, readPurposeTests, type PurposeTest } from '../../src/author/purpose-test.js';
import { compileFhirpath } from '../../src/purpose/fhirpath.js';
import { packagedPurposes as folder } from '../../src/purpose/load.js';
import { documentOf, packagedPurposes } from './asking.js';

const failures = (purpose: string, test: PurposeTest): string[] =>
  purposeTestFailures(packagedPurposes(), purpose, test, (name) => documentOf(`samples/${name}`));

describe('purposes', () => {
  const files = readPurposeTests(folder);

  for (const { purpose, path, tests } of files) {
    describe(path, () => {
      for (const test of tests) {
        it(test.name, () => {
          expect(failures(purpose, test)).to.deep.equal([]);
        });
      }
    });
  }

  it('have valid FHIRPath where FHIRPath is expected', () => {
    const texts = [...packagedPurposes().purposes.values()].flatMap(({ expressions }) => [...expressions.keys()]);
    expect(texts.length).to.be.greaterThan(15);
    for (const text of texts) expect(() => compileFhirpath(text), text).not.to.throw();
  });

  it('have a test beside each file', () => {
    const tested = files.map(({ purpose }) => purpose);
    expect([...packagedPurposes().purposes.keys()].filter((id) => !tested.includes(id))).to.deep.equal([]);
  });

  describe('tests of purposes', () => {
    const documents = ['progress-note.xml'];
    const parameters = { from: '2024-01-01', to: '2024-12-31' };
    const told = (test: Partial<PurposeTest>): string =>
      failures('quality-glycemic-status', { name: 'x', documents, parameters, ...test }).join('\n');

    it('say what is found but not expected, and what is expected but not found', () => {
      expect(told({ found: { hba1c: ['1-8'] } }))
        .to.match(/hba1c: Observation .*4548-4.* is not expected/)
        .and.contain('1-8 is not there');
    });

    it('say which reason, finding, category or answer came instead', () => {
      expect(told({ missing: { hba1c: 'not-coded' } })).to.equal('hba1c: is found, not not-coded');
      expect(told({ finding: { nothing: true } })).to.contain('finding nothing is undefined, not true');
      expect(told({ answer: { resourceType: 'List' } })).to.contain('the answer is {"resourceType":"MeasureReport"');
      expect(told({ notAccepted: { hba1c: { '4548-4': 'value-absent' } } })).to.contain('4548-4 is not there');
    });

    it('say what is wrong with a test itself', () => {
      expect(told({ fuond: {} } as Partial<PurposeTest>)).to.match(/no key fuond.*found/);
      expect(told({})).to.equal('the test expects nothing');
      expect(told({ found: { hba1: [] } })).to.equal('there is no item hba1');
      expect(told({ found: {}, parameters: { form: '2024' } })).to.contain('has no parameter form');
      expect(told({ found: {}, documents: ['progress-note.xml', 'discharge-summary.xml'] })).to.contain('2 people');
    });
  });
});
