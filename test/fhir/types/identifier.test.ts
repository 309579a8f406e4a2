import { expect } from 'chai';
import { toIdentifier } from '../../../src/fhir/types/identifier.js';
import { readingOf } from '../../reading-of.js';

const ABSENT = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';
const URIS = 'urn:ietf:rfc:3986';
const NO_SYSTEM = { _system: { extension: [{ url: ABSENT, valueCode: 'unknown' }] } };

function identifier(attributes: string): unknown {
  const { reading, root } = readingOf(`<id ${attributes}/>`);
  return toIdentifier(reading, root);
}

function marks(attributes: string): Record<string, string> {
  const { reading, root, mapped } = readingOf(`<id ${attributes}/>`);
  toIdentifier(reading, root);
  return mapped();
}

describe('An Identifier', () => {
  it('has the URI that is registered for its root as its system (guidance-01)', () => {
    expect(identifier('root="2.16.840.1.113883.4.6" extension="1234567893"')).to.deep.equal({
      system: 'http://hl7.org/fhir/sid/us-npi',
      value: '1234567893',
    });
  });

  it('has only the visible part of a masked number', () => {
    expect(identifier('root="2.16.840.1.113883.4.1" extension="***-**-1234" nullFlavor="MSK"')).to.deep.equal({
      system: 'http://hl7.org/fhir/sid/us-ssn',
      _value: {
        extension: [
          { url: ABSENT, valueCode: 'masked' },
          { url: 'http://hl7.org/fhir/StructureDefinition/rendered-value', valueString: '***-**-1234' },
        ],
      },
    });
  });

  it('is not a provider number if the check digit is wrong, but keeps its root', () => {
    for (const extension of ['1234567890', '12345678', 'D123456789'])
      expect(identifier(`root="2.16.840.1.113883.4.6" extension="${extension}"`)).to.deep.equal({
        system: 'urn:oid:2.16.840.1.113883.4.6',
        value: extension,
      });
  });

  it('is not a number of a laboratory or an insurer if it cannot be one, but keeps its root', () => {
    expect(identifier('root="2.16.840.1.113883.4.7" extension="05D0000001"')).to.deep.equal({
      system: 'urn:oid:2.16.840.1.113883.4.7',
      value: '05D0000001',
    });
    expect(identifier('root="2.16.840.1.113883.4.7" extension="lab 5"')).to.deep.equal({
      assigner: { display: '2.16.840.1.113883.4.7' },
      ...NO_SYSTEM,
      value: 'lab 5',
    });
    expect(identifier('root="2.16.840.1.113883.6.300" extension="1234567"')).to.deep.equal({
      assigner: { display: '2.16.840.1.113883.6.300' },
      ...NO_SYSTEM,
      value: '1234567',
    });
  });

  it('has its root as a URN if no URI is known (guidance-02)', () => {
    expect(identifier('root="2.16.840.1.113883.19.5" extension=" 7 "')).to.deep.equal({
      system: 'urn:oid:2.16.840.1.113883.19.5',
      value: '7',
    });
    expect(marks('root="2.16.840.1.113883.19.5" extension="7"')).to.deep.equal({
      '@root': 'system',
      '@extension': 'value',
    });
  });

  it('is its root as a URI if it has no extension (guidance-03, -04)', () => {
    expect(identifier('root="2.16.840.1.113883.19.5"')).to.deep.equal({
      system: URIS,
      value: 'urn:oid:2.16.840.1.113883.19.5',
    });
    expect(identifier('root="2A620155-9D11-439E-92B3-5D9815FF4DE8" extension=""')).to.deep.equal({
      system: URIS,
      value: 'urn:uuid:2a620155-9d11-439e-92b3-5d9815ff4de8',
    });
    expect(marks('root="2.16.840.1.113883.19.5"')).to.deep.equal({ '@root': 'value' });
  });

  it('has a UUID in lower case as its system (guidance-05)', () => {
    expect(identifier('root="2A620155-9D11-439E-92B3-5D9815FF4DE8" extension="7"')).to.deep.equal({
      system: 'urn:uuid:2a620155-9d11-439e-92b3-5d9815ff4de8',
      value: '7',
    });
  });

  it('has no system if there is no root (guidance-06)', () => {
    expect(identifier('extension="7"')).to.deep.equal({ value: '7' });
  });

  it('divides a URI at its last slash, a URN at its last colon (guidance-07, -08)', () => {
    const root = 'root="2.16.840.1.113883.4.873"';
    expect(identifier(`${root} extension="https://example.org/patients/77"`)).to.deep.equal({
      system: 'https://example.org/patients',
      value: '77',
    });
    expect(identifier(`${root} extension="urn:example:patients:77"`)).to.deep.equal({
      system: 'urn:example:patients',
      value: '77',
    });
  });

  it('keeps a URI whole if dividing it would leave no URI', () => {
    const root = 'root="2.16.840.1.113883.4.873"';
    for (const uri of [
      'https://example.org',
      'https://example.org/a/',
      'urn:oid:1.2.3',
      'urn:uuid:2a620155-9d11-439e-92b3-5d9815ff4de8',
    ]) {
      expect(identifier(`${root} extension="${uri}"`)).to.deep.equal({ system: URIS, value: uri });
    }
  });

  it('says why its value is missing (guidance-09)', () => {
    expect(identifier('nullFlavor="NASK" root="2.16.840.1.113883.19.5"')).to.deep.equal({
      system: 'urn:oid:2.16.840.1.113883.19.5',
      _value: { extension: [{ url: ABSENT, valueCode: 'not-asked' }] },
    });
    expect(identifier('root="2.16.840.1.113883.4.1"')).to.deep.equal({
      system: 'http://hl7.org/fhir/sid/us-ssn',
      _value: { extension: [{ url: ABSENT, valueCode: 'unknown' }] },
    });
  });

  it('is absent if there is only a null flavour, which stays unmarked', () => {
    expect(identifier('nullFlavor="UNK"')).to.equal(undefined);
    expect(identifier('root="" extension=" "')).to.equal(undefined);
    expect(marks('nullFlavor="UNK"')).to.deep.equal({});
  });

  it('keeps its assigner, and leaves attributes without a place in FHIR unmarked', () => {
    const attributes =
      'root="2.16.840.1.113883.19.5" extension="7" assigningAuthorityName="Good Health" displayable="true"';
    expect(identifier(attributes)).to.deep.equal({
      system: 'urn:oid:2.16.840.1.113883.19.5',
      value: '7',
      assigner: { display: 'Good Health' },
    });
    expect(marks(attributes)).to.not.have.property('@displayable');
  });

  it('has no system if the root is not a URI, but keeps the root', () => {
    expect(identifier('root="CLINICID" extension="7"')).to.deep.equal({
      value: '7',
      assigner: { display: 'CLINICID' },
      ...NO_SYSTEM,
    });
    expect(identifier('root="CLINICID" extension="7" assigningAuthorityName="Good Health"')).to.deep.equal({
      value: '7',
      assigner: { display: 'Good Health (CLINICID)' },
      ...NO_SYSTEM,
    });
    expect(identifier('root="2.201" extension="7"')).to.deep.equal({
      value: '7',
      assigner: { display: '2.201' },
      ...NO_SYSTEM,
    });
    expect(identifier('root="2a620155-9d11-ek"')).to.deep.equal({ value: '2a620155-9d11-ek', ...NO_SYSTEM });
  });

  it('has a root that is the OID of a UUID as that UUID (ITU-T X.667)', () => {
    const uuid = 'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6';
    const root = '2.25.329800735698586629295641978511506172918';
    expect(identifier(`root="${root}" extension="7"`)).to.deep.equal({ system: uuid, value: '7' });
    expect(identifier(`root="${root}"`)).to.deep.equal({ system: URIS, value: uuid });
    expect(identifier('root="2.25.1" extension="7"')).to.deep.equal({
      system: 'urn:uuid:00000000-0000-0000-0000-000000000001',
      value: '7',
    });
    expect(identifier(`root="${root}.4.2" extension="7"`)).to.deep.equal({ system: `urn:oid:${root}.4.2`, value: '7' });
  });

  it('keeps a root that is already a URI', () => {
    expect(identifier('root="https://example.org/mrn" extension="7"')).to.deep.equal({
      system: 'https://example.org/mrn',
      value: '7',
    });
    expect(identifier('root="urn:oid:2.16.840.1.113883.19.5" extension="7"')).to.deep.equal({
      system: 'urn:oid:2.16.840.1.113883.19.5',
      value: '7',
    });
  });
});
