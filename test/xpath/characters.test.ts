import { expect } from 'chai';
import {
  characterCount,
  normalizeSpace,
  substring,
  substringAfter,
  substringBefore,
  translate,
} from '../../src/xpath/characters.js';

describe('substring()', () => {
  // XPath 1.0, 4.2, has these.
  const cases: [from: number, length: number | undefined, expected: string][] = [
    [2, 3, '234'],
    [2, undefined, '2345'],
    [1.5, 2.6, '234'],
    [0, 3, '12'],
    [NaN, 3, ''],
    [1, NaN, ''],
    [-42, Infinity, '12345'],
    [-Infinity, Infinity, ''],
    [-1, 3, '1'],
    [6, 1, ''],
    [2, -1, ''],
    [0.5, 1, '1'],
  ];
  for (const [from, length, expected] of cases) {
    it(`from ${from}${length === undefined ? '' : `, ${length} long`}, gives ${JSON.stringify(expected)}`, () => {
      expect(substring('12345', from, length)).to.equal(expected);
    });
  }

  it('counts characters, not halves of them', () => {
    expect(substring('a\u{1F600}bc', 2, 2)).to.equal('\u{1F600}b');
  });
});

describe('the other string functions', () => {
  it('count characters, not halves of them', () => {
    expect(characterCount('a\u{1F600}')).to.equal(2);
    expect(characterCount('')).to.equal(0);
  });

  it('cut before and after the first match', () => {
    expect(substringBefore('1999/04/01', '/')).to.equal('1999');
    expect(substringAfter('1999/04/01', '/')).to.equal('04/01');
    expect(substringBefore('1999', '/')).to.equal('');
    expect(substringAfter('1999', '/')).to.equal('');
    expect(substringBefore('1999', '')).to.equal('');
    expect(substringAfter('1999', '')).to.equal('1999');
  });

  it('normalize the white space of XML, and no other', () => {
    expect(normalizeSpace(' a \t\r\n b ')).to.equal('a b');
    expect(normalizeSpace('\n ')).to.equal('');
    expect(normalizeSpace('\u00a0a')).to.equal('\u00a0a');
  });

  it('translate characters, and drop those without a replacement', () => {
    expect(translate('bar', 'abc', 'ABC')).to.equal('BAr');
    expect(translate('--aaa--', 'abc-', 'ABC')).to.equal('AAA');
    expect(translate('abc', 'aa', 'xy')).to.equal('xbc');
    expect(translate('a\u{1F600}', '\u{1F600}', 'b')).to.equal('ab');
  });
});
