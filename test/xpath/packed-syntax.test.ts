import { expect } from 'chai';
import { packagedMappings } from '../../src/convert.js';
import { loadMappings } from '../../src/mapping/load.js';
import { parseSelector } from '../../src/xpath/grammar.js';
import { packSyntax, unpackSyntax } from '../../src/xpath/packed-syntax.js';
import { randomSelectors } from './random-selectors.js';

function expectSame(text: string): void {
  const syntax = parseSelector(text);
  expect(unpackSyntax(packSyntax(syntax), text), text).to.deep.equal(syntax);
}

describe('packed syntax', () => {
  it('says the same as the grammar about every selector of the packaged mappings', () => {
    const texts = new Set<string>();
    loadMappings(packagedMappings, {
      parse: (text) => {
        texts.add(text);
        return parseSelector(text);
      },
    });
    expect(texts.size).to.be.greaterThan(1000);
    texts.forEach(expectSame);
  });

  it('says the same as the grammar about random selectors', () => {
    randomSelectors(1000, 20).forEach(expectSame);
  });

  it('keeps every kind of part, with brackets and white space around it', () => {
    for (const text of [
      " code[ @code = ( 'a' ,'b' ) ]",
      " ../act[ @code = 'x' ]//sdtc:id + -f(1, $a)",
      '( a | b )[2]/child::c',
      '/ClinicalDocument/*/node()/text()',
      '((1.50)) div .5 - 2',
      "\"it's\" != ''",
      'count( a ) mod last()',
      'a and b or c <= d and e >= f or g < h and i > j',
      'ancestor-or-self::act[1][$x][. * 2]/..',
    ])
      expectSame(text);
  });
});
