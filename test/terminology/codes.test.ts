import { expect } from 'chai';
import { hasCode } from '../../src/terminology/codes.js';
import { systemOf } from '../../src/terminology/systems.js';

const HL7 = 'http://terminology.hl7.org/CodeSystem/';

describe('the codes of code systems', () => {
  it('are known for HL7’s own systems, including nested and retired ones', () => {
    for (const code of ['AMB', 'IMP', 'ACUTE', 'EHCPOL'])
      expect(hasCode(`${HL7}v3-ActCode`, code), code).to.equal(true);
    expect(hasCode(`${HL7}v3-RoleCode`, 'MTH')).to.equal(true);
    expect(hasCode(`${HL7}v3-MaritalStatus`, 'C')).to.equal(true);
    expect(hasCode(`${HL7}v2-0443`, 'AT')).to.equal(true);
    expect(hasCode(`${HL7}provenance-participant-type`, 'author')).to.equal(true);
  });

  it('do not include a code of another system, or one in another letter case', () => {
    expect(hasCode(`${HL7}v3-ActCode`, '99238')).to.equal(false);
    expect(hasCode(`${HL7}v3-ActClass`, '75323-6')).to.equal(false);
    expect(hasCode(`${HL7}v3-ActCode`, 'amb')).to.equal(false);
    expect(hasCode(`${HL7}v3-ActCode`, '')).to.equal(false);
  });

  it('are known for UCUM, where case matters', () => {
    expect(hasCode('http://unitsofmeasure.org', '[in_i]')).to.equal(true);
    expect(hasCode('http://unitsofmeasure.org', '[in_I]')).to.equal(false);
    expect(hasCode('http://unitsofmeasure.org', 'inch')).to.equal(false);
  });

  it('are not known for other systems, or for systems that HL7 lists in part', () => {
    expect(hasCode('http://loinc.org', '8302-2')).to.equal(undefined);
    expect(hasCode('http://www.nubc.org/patient-discharge', 'nonsense')).to.equal(undefined);
    expect(hasCode(`${HL7}v2-0005`, 'nonsense')).to.equal(undefined);
    expect(hasCode(`${HL7}v3-mediaType`, 'nonsense')).to.equal(undefined);
    expect(hasCode('__proto__', 'nonsense')).to.equal(undefined);
  });

  it('do not belong to a large system if they do not have the form of its codes', () => {
    expect(hasCode('http://loinc.org', '386661006')).to.equal(false);
  });

  it('are known for every system of header and entry codes', () => {
    for (const oid of '5.1 5.2 5.4 5.6 5.7 5.8 5.14 5.25 5.60 5.61 5.63 5.83 5.84 5.88 5.90 5.110 5.111 5.112 5.1001 5.1002 5.1008 5.1063 5.1076 12.1'.split(
      ' ',
    )) {
      expect(hasCode(systemOf(`2.16.840.1.113883.${oid}`) ?? '', 'nonsense'), oid).to.equal(false);
    }
  });
});
