import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import {
  identifierSystemOf,
  isNameOf,
  isOid,
  isUuid,
  systemNames,
  systemOf,
  systemOfName,
} from '../../src/terminology/systems.js';

const SNOMED = '2.16.840.1.113883.6.96';

describe('code systems', () => {
  it('gives the URI that FHIR has for the OID of a code system', () => {
    const expected = {
      '2.16.840.1.113883.6.1': 'http://loinc.org',
      [SNOMED]: 'http://snomed.info/sct',
      '2.16.840.1.113883.6.88': 'http://www.nlm.nih.gov/research/umls/rxnorm',
      '2.16.840.1.113883.6.90': 'http://hl7.org/fhir/sid/icd-10-cm',
      '2.16.840.1.113883.6.103': 'http://hl7.org/fhir/sid/icd-9-cm',
      '2.16.840.1.113883.6.104': 'http://hl7.org/fhir/sid/icd-9-cm',
      '2.16.840.1.113883.6.4': 'http://www.cms.gov/Medicare/Coding/ICD10',
      '2.16.840.1.113883.6.12': 'http://www.ama-assn.org/go/cpt',
      '2.16.840.1.113883.6.69': 'http://hl7.org/fhir/sid/ndc',
      '2.16.840.1.113883.12.292': 'http://hl7.org/fhir/sid/cvx',
      '2.16.840.1.113883.3.26.1.1': 'http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl',
      '2.16.840.1.113883.6.101': 'http://nucc.org/provider-taxonomy',
      '2.16.840.1.113883.6.238': 'urn:oid:2.16.840.1.113883.6.238',
      '2.16.840.1.113883.5.4': 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
      '2.16.840.1.113883.5.83': 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation',
      '2.16.840.1.113883.12.112': 'http://terminology.hl7.org/CodeSystem/v2-0112',
      '2.16.840.1.113883.4.642.4.1131': 'http://terminology.hl7.org/CodeSystem/provenance-participant-type',
    };
    for (const [oid, uri] of Object.entries(expected)) expect(systemOf(oid), oid).to.equal(uri);
  });

  it('accepts an OID as URN and with blanks around it, and keeps a URL', () => {
    expect(systemOf(`urn:oid:${SNOMED}`)).to.equal('http://snomed.info/sct');
    expect(systemOf(` ${SNOMED}\n`)).to.equal('http://snomed.info/sct');
    expect(systemOf('http://example.org/codes')).to.equal('http://example.org/codes');
  });

  it('accepts a name in the place of an OID', () => {
    expect(systemOf('CPT')).to.equal('http://www.ama-assn.org/go/cpt');
    expect(systemOf('ICD9')).to.equal('http://hl7.org/fhir/sid/icd-9-cm');
  });

  it('does not know a local OID, nor anything else', () => {
    for (const text of ['1.2.3.4.5', '', ' ', 'TEST', 'null', 'urn:uuid:5', 'constructor', 'http://two words']) {
      expect(systemOf(text), text).to.equal(undefined);
    }
  });

  it('takes the OID of a value set as that of the only system of its codes', () => {
    expect(systemOf('2.16.840.1.113883.1.11.78')).to.equal(systemOf('2.16.840.1.113883.5.83'));
    expect(systemOf('2.16.840.1.113883.1.11.19563')).to.equal(systemOf('2.16.840.1.113883.5.111'));
    expect(systemOf('2.16.840.1.113883.1.11.1')).to.equal(systemOf('2.16.840.1.113883.5.1'));
    expect(systemOf('2.16.840.1.114222.4.11.826')).to.equal('http://hl7.org/fhir/sid/mvx');
  });

  it('does not guess the system of a value set with several systems', () => {
    expect(systemOf('2.16.840.1.113883.1.11.20471')).to.equal(undefined);
  });

  it('corrects retired and wrong OIDs that senders use, each with a reason', () => {
    expect(systemOf('2.16.840.1.113883.6.59')).to.equal('http://hl7.org/fhir/sid/cvx');
    expect(systemOf('2.16.840.1.113883.5.53')).to.equal('http://nucc.org/provider-taxonomy');
    expect(systemOf('2.16.840.1.113883.3.88.12.3221.6.8')).to.equal('http://snomed.info/sct');
    const file = new URL('../../src/terminology/system-corrections.json', import.meta.url);
    const { oids } = JSON.parse(readFileSync(file, 'utf8')) as { oids: { oid: string; uri: string; why: string }[] };
    for (const { oid, uri, why } of oids) {
      expect(isOid(oid), oid).to.equal(true);
      expect(why.length, oid).to.be.greaterThan(10);
      expect(systemOf(oid), oid).to.equal(uri);
    }
  });

  it('recognizes a system by its name only, whatever the case, blanks and hyphens are', () => {
    for (const name of ['SNOMED-CT', 'SNOMED CT', 'SNOMED', 'SnomedCt', ' SNOMED -CT', 'snomed_ct']) {
      expect(systemOfName(name), name).to.equal('http://snomed.info/sct');
    }
    expect(systemOfName('LOINC')).to.equal('http://loinc.org');
    expect(systemOfName('ICD-10-CM')).to.equal('http://hl7.org/fhir/sid/icd-10-cm');
    expect(systemOfName('ICD10')).to.equal('http://hl7.org/fhir/sid/icd-10-cm');
    expect(systemOfName('CPT-4')).to.equal('http://www.ama-assn.org/go/cpt');
    expect(systemOfName('HL7 ActCode')).to.equal('http://terminology.hl7.org/CodeSystem/v3-ActCode');
  });

  it('does not know a system by a vague name', () => {
    for (const name of ['Provider Codes', 'CDC', 'Gender', 'Codes', 'HL7', 'Role', '', 'Example']) {
      expect(systemOfName(name), name).to.equal(undefined);
    }
  });

  it('verifies the name of a system, also if it is vague', () => {
    for (const [name, oid] of [
      ['SNOMED-CT', SNOMED],
      ['Loinc', '2.16.840.1.113883.6.1'],
      ['HL7ActCode', '2.16.840.1.113883.5.4'],
      ['HL7 Marital status', '2.16.840.1.113883.5.2'],
      ['MaritalStatusCode', '2.16.840.1.113883.5.2'],
      ['Race & Ethnicity - CDC', '2.16.840.1.113883.6.238'],
      ['Race &amp; Ethnicity - CDC', '2.16.840.1.113883.6.238'],
      ['Provider Codes', '2.16.840.1.113883.6.101'],
      ['ICD-10', '2.16.840.1.113883.6.90'],
      ['ICD-10', '2.16.840.1.113883.6.3'],
      ['Personal Relationship Role Type Value Set', '2.16.840.1.113883.1.11.19563'],
      ['2.16.840.1.113883.6.1', '2.16.840.1.113883.6.1'],
      ['LOINC', 'http://loinc.org'],
      ['CVX', ' urn:oid:2.16.840.1.113883.12.292'],
    ] as const) {
      expect(isNameOf(name, oid), name).to.equal(true);
    }
  });

  it('does not verify the name of another system, or any name of an unknown system', () => {
    expect(isNameOf('NDC', '2.16.840.1.113883.6.88')).to.equal(false);
    expect(isNameOf('ICD-10-CM', '2.16.840.1.113883.6.3')).to.equal(false);
    expect(isNameOf('Active', SNOMED)).to.equal(false);
    expect(isNameOf('', SNOMED)).to.equal(false);
    expect(isNameOf('LOINC', '1.2.3.4.5')).to.equal(false);
    expect(isNameOf('', '')).to.equal(false);
  });

  it('lists the names that it accepts', () => {
    expect([...systemNames('http://snomed.info/sct')]).to.include.members(['snomedct', 'snomed']);
    expect(systemNames('urn:unknown').size).to.equal(0);
  });
});

describe('namespaces of identifiers', () => {
  it('have the URI that FHIR gives them', () => {
    expect(identifierSystemOf('2.16.840.1.113883.4.1')).to.equal('http://hl7.org/fhir/sid/us-ssn');
    expect(identifierSystemOf('2.16.840.1.113883.4.6')).to.equal('http://hl7.org/fhir/sid/us-npi');
    expect(identifierSystemOf('urn:oid:2.16.840.1.113883.4.927')).to.equal('http://hl7.org/fhir/sid/us-mbi');
    expect(identifierSystemOf('2.16.840.1.113883.4.336')).to.equal(
      'http://terminology.hl7.org/NamingSystem/CMSCertificationNumber',
    );
    expect(identifierSystemOf('https://example.org/ids')).to.equal('https://example.org/ids');
  });

  it('are unknown if they belong to a sender, or are a code system', () => {
    expect(identifierSystemOf('1.2.3.4')).to.equal(undefined);
    expect(identifierSystemOf(SNOMED)).to.equal(undefined);
    expect(identifierSystemOf('2.16.840.1.113883.4.3.6')).to.equal(undefined);
  });
});

describe('OIDs and UUIDs', () => {
  it('an OID has an arc from 0 to 2 first and no leading zeros', () => {
    for (const oid of ['2.16.840.1.113883.6.96', '1.0', '0.0.1']) expect(isOid(oid), oid).to.equal(true);
    for (const text of ['2', '3.1', '2.16.', '2..1', '1.02', 'urn:oid:1.2', ' 1.2', '1.2a', '']) {
      expect(isOid(text), text).to.equal(false);
    }
  });

  it('a UUID may have letters of either case', () => {
    expect(isUuid('550E8400-e29b-41d4-a716-446655440000')).to.equal(true);
    for (const text of ['550e8400e29b41d4a716446655440000', '{550e8400-e29b-41d4-a716-446655440000}', '']) {
      expect(isUuid(text), text).to.equal(false);
    }
  });
});
