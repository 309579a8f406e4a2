import { expect } from 'chai';
import { nearest } from '../../src/xpath/nearest.js';

describe('the nearest right name', () => {
  const names = ['id', 'code', 'codeSystem', 'effectiveTime', 'entryRelationship', 'value'];
  const cases: [word: string, expected: string | undefined][] = [
    ['efectiveTime', 'effectiveTime'],
    ['effectivetime', 'effectiveTime'],
    ['entryRelatoinship', 'entryRelationship'],
    ['vlaue', 'value'],
    ['codesystm', 'codeSystem'],
    ['ids', 'id'],
    ['x', undefined],
    ['observation', undefined],
    ['', undefined],
  ];
  for (const [word, expected] of cases) {
    it(`to ${word} is ${expected ?? 'none'}`, () => {
      expect(nearest(word, names)).to.equal(expected);
    });
  }

  it('is the first of several equally near names', () => {
    expect(nearest('cat', ['hat', 'bat'])).to.equal('hat');
  });
});
