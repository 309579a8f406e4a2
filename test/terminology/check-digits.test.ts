import { expect } from 'chai';
import { luhnHolds, verhoeffHolds } from '../../src/terminology/check-digits.js';

/** The digits with each other digit at each place in turn. */
function mistyped(digits: string): string[] {
  return Array.from(digits, (right, place) =>
    Array.from('0123456789')
      .filter((wrong) => wrong !== right)
      .map((wrong) => digits.slice(0, place) + wrong + digits.slice(place + 1)),
  ).flat();
}

describe('check digits', () => {
  it('hold for a provider number after its prefix, and for a LOINC code', () => {
    expect(luhnHolds('808401234567893')).to.equal(true);
    expect(luhnHolds('84805')).to.equal(false);
    expect(luhnHolds('84806')).to.equal(true);
  });

  it('hold for a SNOMED CT identifier', () => {
    expect(verhoeffHolds('59621000')).to.equal(true);
    expect(verhoeffHolds('5962100')).to.equal(false);
  });

  it('detect each mistyped digit', () => {
    expect(mistyped('808401234567893').filter(luhnHolds)).to.deep.equal([]);
    expect(mistyped('59621000').filter(verhoeffHolds)).to.deep.equal([]);
  });

  it('of Verhoeff detect two swapped neighbours', () => {
    expect(verhoeffHolds('95621000')).to.equal(false);
  });
});
