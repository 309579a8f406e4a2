import { expect } from 'chai';
import { fits, isMistyped } from '../../src/terminology/code-forms.js';

describe('the form of a code', () => {
  const holds = (system: string, codes: string[], others: string[]): void => {
    for (const code of codes) expect(fits(system, code), code).to.equal(true);
    for (const code of others) expect(fits(system, code), code).to.equal(false);
  };

  it('recognizes an SCTID by its length, and an expression that begins with one', () => {
    holds(
      'http://snomed.info/sct',
      ['59621000', '428071000124103', '52734007 : 272741003 = 7771000', '=== 73211009 |Diabetes mellitus|'],
      ['29308', 'DrugVehicleCode', '29308-4', '0123456789', '428071000124103428071000124103'],
    );
  });

  it('recognizes a LOINC code, and parts, answers, lists and groups by their letters', () => {
    holds(
      'http://loinc.org',
      ['8302-2', '29463-7', '72166-2', '11450-4', 'LA33-6', 'LP7751-3', 'LL150-9', 'LG51000-5'],
      ['386661006', '29308-4AAAA', 'CarePlan-x', '8302', '-2'],
    );
  });

  it('is recognized even if the check digit is wrong, which is reported separately', () => {
    const wrong: [string, string[]][] = [
      ['http://snomed.info/sct', ['5962100', '4195110031']],
      ['http://loinc.org', ['8302-3']],
    ];
    const right: [string, string[]][] = [
      ['http://snomed.info/sct', ['59621000', '449868002', '428071000124103', '=== 73211009 |Diabetes mellitus|']],
      ['http://loinc.org', ['8302-2', '29463-7', 'LA33-6']],
      ['http://www.nlm.nih.gov/research/umls/rxnorm', ['5962100']],
    ];
    for (const [system, codes] of wrong) {
      for (const code of codes) {
        expect(fits(system, code), code).to.equal(true);
        expect(isMistyped(system, code), code).to.equal(true);
      }
    }
    for (const [system, codes] of right)
      for (const code of codes) expect(isMistyped(system, code), code).to.equal(false);
  });

  it('distinguishes numbers of RxNorm, CVX and NDC', () => {
    holds('http://www.nlm.nih.gov/research/umls/rxnorm', ['733', '1049221'], ['0054-0019-25', 'C0004057']);
    holds('http://hl7.org/fhir/sid/cvx', ['88', '09', '166'], ['106ABAC', '1660']);
    holds('http://hl7.org/fhir/sid/ndc', ['0054-0019-25', '00054001925'], ['203B00000N', 'NDC']);
  });

  it('recognizes codes of ICD-9-CM, ICD-10-CM, CPT, CDT and UNII', () => {
    holds(
      'http://hl7.org/fhir/sid/icd-9-cm',
      ['401.9', '4019', 'V70.0', 'E885.9', '39.95', '250'],
      ['306915005', 'I10'],
    );
    holds('http://hl7.org/fhir/sid/icd-10-cm', ['I10', 'D63.1', 'E1122', 'S72.001A', 'U07.1'], ['1234-5', '0BJ08ZZ']);
    holds('http://www.ama-assn.org/go/cpt', ['99213', '0042T', '99213-25'], ['A9579', 'xyzzy', '992102']);
    holds('http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets', ['G0121', 'S9470'], ['99213', 'HCPCS']);
    holds('http://www.ada.org/cdt', ['D0120'], ['G8704', 'S9470', '99213']);
    holds('http://fdasis.nlm.nih.gov', ['1564HD0N96'], ['UNIICode']);
  });

  it('is unknown of any other code system', () => {
    expect(fits('http://www.nubc.org/patient-discharge', '01')).to.equal(undefined);
  });
});
