import { expect } from 'chai';
import { parseComparison } from '../../../src/cda/types/comparison.js';
import { parseInteger, parseReal } from '../../../src/cda/types/number.js';

describe('A REAL', () => {
  it('keeps its digits', () => {
    for (const text of ['5', '5.0', '0.50', '-3.20', '0', '1234567890.123456789']) {
      expect(parseReal(text)).to.equal(text);
    }
  });

  it('is written as FHIR writes decimals', () => {
    expect(parseReal('.5')).to.equal('0.5');
    expect(parseReal('5.')).to.equal('5');
    expect(parseReal('+007.10')).to.equal('7.10');
    expect(parseReal('-.5')).to.equal('-0.5');
    expect(parseReal('1E5')).to.equal('1e5');
  });

  it('is absent if the text is not a number, or not one that a decimal can hold', () => {
    for (const text of ['', '.', '-', '1,200', '5mg', '1e999', 'NaN', 'INF', '0x10', '1 000', '9'.repeat(41)]) {
      expect(parseReal(text), text).to.equal(undefined);
    }
  });
});

describe('An INT', () => {
  it('is a whole number of 32 bits', () => {
    expect(parseInteger('0')).to.equal(0);
    expect(parseInteger('-007')).to.equal(-7);
    expect(parseInteger('2147483647')).to.equal(2147483647);
    expect(parseInteger('2147483648')).to.equal(undefined);
    expect(parseInteger('5.0')).to.equal(undefined);
  });
});

describe('A number in a text', () => {
  it('is read with its comparator and the text after it', () => {
    expect(parseComparison('<5')).to.deep.equal({ comparator: '<', number: '5', rest: '' });
    expect(parseComparison('≥ 1.50 mg/dL')).to.deep.equal({ comparator: '>=', number: '1.50', rest: 'mg/dL' });
    expect(parseComparison('120/80')).to.deep.equal({ comparator: undefined, number: '120', rest: '/80' });
    expect(parseComparison('about 5')).to.equal(undefined);
    expect(parseComparison('=5')).to.equal(undefined);
  });
});
