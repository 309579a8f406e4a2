import { expect } from 'chai';
import { keptByText } from '../../src/xml/kept-by-text.js';

describe('an answer about a text', () => {
  it('is asked for once, as long as there are not too many texts', () => {
    const asked: string[] = [];
    const length = keptByText(
      (text) => {
        asked.push(text);
        return text.length > 3 ? undefined : text.length;
      },
      { most: 2, longest: 4 },
    );
    for (const text of ['abc', 'abc', 'abcd', 'abcd', 'abcde', 'abcde']) length(text);
    expect(asked).to.deep.equal(['abc', 'abcd', 'abcde', 'abcde']);
    length('ab');
    expect(length('abc')).to.equal(3);
    expect(asked.slice(4)).to.deep.equal(['ab', 'abc']);
  });
});
