import { expect } from 'chai';
import { formatNumber, parseNumber } from '../../src/xpath/number.js';

describe('a number of XPath', () => {
  const read: [text: string, expected: number][] = [
    ['1', 1],
    [' -1.50\n', -1.5],
    ['.5', 0.5],
    ['5.', 5],
    ['', NaN],
    ['-', NaN],
    ['.', NaN],
    ['+1', NaN],
    ['1e3', NaN],
    ['0x10', NaN],
    ['Infinity', NaN],
    ['1 2', NaN],
    ['- 1', NaN],
    ['\u00a01', NaN],
  ];
  for (const [text, expected] of read) {
    it(`is read from ${JSON.stringify(text)} as ${expected}`, () => {
      expect(parseNumber(text)).to.deep.equal(expected);
    });
  }

  const written: [value: number, expected: string][] = [
    [0, '0'],
    [-0, '0'],
    [1, '1'],
    [-1.5, '-1.5'],
    [0.1 + 0.2, '0.30000000000000004'],
    [1e21, '1000000000000000000000'],
    [-1.25e22, '-12500000000000000000000'],
    [1e-7, '0.0000001'],
    [-1.5e-10, '-0.00000000015'],
    [NaN, 'NaN'],
    [Infinity, 'Infinity'],
    [-Infinity, '-Infinity'],
  ];
  for (const [value, expected] of written) {
    it(`is written ${expected}`, () => {
      expect(formatNumber(value)).to.equal(expected);
    });
  }
});
