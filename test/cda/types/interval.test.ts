import { expect } from 'chai';
import { hasBounds, inclusive, readInterval, valueFact } from '../../../src/cda/types/interval.js';
import { nameId } from '../../../src/cda/vocabulary.js';
import { attribute, child, NONE, nodeName } from '../../../src/xml/tree.js';
import { readingOf } from '../../reading-of.js';

describe('An interval', () => {
  it('is read by its elements, not by its type', () => {
    const { reading, root } = readingOf('<value xsi:type="PQ"><low value="1"/><width value="2"/></value>');
    const { value, low, high, center, width } = readInterval(reading.tree, root);
    expect([value, high, center]).to.deep.equal([NONE, NONE, NONE]);
    expect([low, width].map((node) => nodeName(reading.tree, node))).to.deep.equal(['low', 'width']);
    expect(hasBounds(reading.tree, root)).to.equal(true);
  });

  it('ignores a blank value', () => {
    const { reading, root } = readingOf('<effectiveTime value=" "/>');
    expect(readInterval(reading.tree, root).value).to.equal(NONE);
    expect(hasBounds(reading.tree, root)).to.equal(false);
  });

  it('has inclusive bounds unless inclusive is false', () => {
    const { reading, root } = readingOf('<value><low inclusive="false"/><high inclusive="maybe"/></value>');
    const { low, high } = readInterval(reading.tree, root);
    expect(inclusive(reading.tree, low).value).to.equal(false);
    expect(inclusive(reading.tree, high)).to.deep.equal({ node: NONE, value: true });
  });

  it('is a single value if a selector chose an attribute or a text', () => {
    const { reading, root } = readingOf('<value value="5">6</value>');
    const chosen = attribute(reading.tree, root, nameId('value'));
    expect(valueFact(reading.tree, chosen)).to.equal(chosen);
    expect(valueFact(reading.tree, root)).to.equal(chosen);
    expect(child(reading.tree, root, nameId('low'))).to.equal(NONE);
  });
});
