import { expect } from 'chai';
import { readDocument } from '../../src/xml/read.js';
import { documentError, names, outline, parse, sample } from './document.js';

describe('readDocument', () => {
  it('makes the same tree from the same document in every encoding', () => {
    const expected = outline(parse(sample));
    const undeclared = sample.replace(' encoding="UTF-8"', '');
    for (const bytes of [Buffer.from(sample), Buffer.from('\uFEFF' + sample), Buffer.from(undeclared, 'utf16le')]) {
      const { tree, issues } = readDocument(bytes, names);
      expect(outline(tree)).to.deep.equal(expected);
      expect(issues).to.deep.equal([]);
    }
    const latin1 = readDocument(Buffer.from(sample.replace('UTF-8', 'ISO-8859-1'), 'latin1'), names);
    expect(outline(latin1.tree)).to.deep.equal(expected);
  });

  it('gives the issues of decoding and of parsing together', () => {
    const text = '\uFEFF<?xml version="1.0" encoding="UTF-16"?><value xsi:type="CD"/>';
    const { issues } = readDocument(Buffer.from(text), names);
    expect(issues.map(({ code }) => code)).to.deep.equal(['encoding-mismatch', 'undeclared-prefix']);
  });

  it('refuses the bytes of a document cut off anywhere', () => {
    const bytes = Buffer.from(sample.trimEnd().replace('\n<!-- end -->', ''));
    for (let length = 0; length < bytes.length; length++) {
      expect(documentError(() => readDocument(bytes.subarray(0, length), names)).message).not.to.equal('');
    }
    expect(() => readDocument(bytes, names)).not.to.throw();
  });
});
