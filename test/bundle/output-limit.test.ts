import { expect } from 'chai';
import { lengthOf, outputLimit, refuseOver } from '../../src/bundle/output-limit.js';
import { LimitError } from '../../src/limit-error.js';

describe('the output limit', () => {
  it('is in proportion to the document, with a minimum and a maximum', () => {
    expect(outputLimit(100, undefined)).to.equal(16_000_000);
    expect(outputLimit(2_000_000, undefined)).to.equal(40_000_000);
    expect(outputLimit(100_000_000, undefined)).to.equal(500_000_000);
    expect(outputLimit(2_000_000, 1.5)).to.equal(1_500_000);
  });

  it('counts a value as JSON writes it', () => {
    const value = { a: ['text', 1, true, null], b: { c: 'more' } };
    expect(lengthOf(value, Infinity)).to.be.within(JSON.stringify(value).length, JSON.stringify(value).length + 8);
  });

  it('stops counting once it is passed', () => {
    const text = 'x'.repeat(1000);
    expect(
      lengthOf(
        Array.from({ length: 1000 }, () => text),
        5000,
      ),
    ).to.be.below(8000);
  });

  it('says what would be too large, and how large it may be', () => {
    expect(() => refuseOver(2_500_000, 2_500_001, 'the Bundle')).to.throw(
      LimitError,
      'the Bundle would be larger than the output limit of 2.5 MB',
    );
    refuseOver(2_500_000, 2_500_000, 'the Bundle');
  });
});
