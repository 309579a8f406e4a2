import { expect } from 'chai';
import { hasCode } from '../../src/terminology/codes.js';
import { displayOf } from '../../src/terminology/displays.js';

const INTERPRETATION = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation';

describe('The name of a code', () => {
  it('is that of HL7 for HL7’s own codes', () => {
    expect(displayOf(INTERPRETATION, 'H')).to.equal('High');
    expect(displayOf('http://terminology.hl7.org/CodeSystem/v3-MaritalStatus', 'M')).to.equal('Married');
    expect(displayOf('urn:ietf:bcp:47', 'en')).to.equal('English');
  });

  it('is absent for codes of others, for unknown codes, and for names such as "constructor"', () => {
    expect(displayOf('http://snomed.info/sct', '38341003')).to.equal(undefined);
    expect(displayOf(INTERPRETATION, 'XYZ')).to.equal(undefined);
    expect(displayOf(INTERPRETATION, 'constructor')).to.equal(undefined);
    expect(displayOf('constructor', 'name')).to.equal(undefined);
  });

  it('belongs to a code that the table of codes has, too', () => {
    for (const code of ['A', 'AA', 'H', 'L', 'N', 'POS', 'NEG', 'S', 'R', 'I'])
      expect(hasCode(INTERPRETATION, code) && displayOf(INTERPRETATION, code) !== undefined, code).to.equal(true);
  });
});
