import { expect } from 'chai';
import { toBase64Binary } from '../../../src/fhir/types/base64-binary.js';
import { readingOf } from '../../reading-of.js';

describe('A base64Binary', () => {
  it('is base64 without its white space', () => {
    const { reading, root, used } = readingOf('<text representation="B64">U2ln\n  bmVk</text>');
    expect(toBase64Binary(reading, root)).to.deep.equal({ value: 'U2lnbmVk' });
    expect(used()).to.deep.equal(['@representation']);
  });

  it('is the base64 of a text', () => {
    const { reading, root } = readingOf('<text>Signed</text>');
    expect(toBase64Binary(reading, root)).to.deep.equal({ value: 'U2lnbmVk' });
  });

  it('is absent, with an issue, if the content is marked as base64 and is not', () => {
    const { reading, root, warnings } = readingOf('<text representation="B64">U2ln ...</text>');
    expect(toBase64Binary(reading, root)).to.equal(undefined);
    expect(warnings.map(({ code }) => code)).to.deep.equal(['invalid-base64']);
  });

  it('is absent if there is no content', () => {
    const { reading, root } = readingOf('<text representation="B64"/>');
    expect(toBase64Binary(reading, root)).to.equal(undefined);
  });
});
