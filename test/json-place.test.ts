import { expect } from 'chai';
import { placeOfJsonMistake } from '../src/json-place.js';

describe('the place of a mistake in JSON', () => {
  it('is the line and column where the text stops being JSON', () => {
    expect(placeOfJsonMistake('{\n  "a": }')).to.deep.equal({ line: 2, column: 8 });
    expect(placeOfJsonMistake('{"a": 1,\r\n}')).to.deep.equal({ line: 2, column: 1 });
    expect(placeOfJsonMistake('{"a": 1} x')).to.deep.equal({ line: 1, column: 10 });
    expect(placeOfJsonMistake('<Parameters/>')).to.deep.equal({ line: 1, column: 1 });
    expect(placeOfJsonMistake('{"a": "x')).to.deep.equal({ line: 1, column: 7 });
  });

  it('is not told of text that is nested too deep for the parser', () => {
    expect(placeOfJsonMistake('['.repeat(200_000))).to.have.all.keys('line', 'column');
  });
});
