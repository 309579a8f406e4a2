import { expect } from 'chai';
import { nameId } from '../../../src/cda/vocabulary.js';
import { toNarrative } from '../../../src/fhir/narrative/narrative.js';
import { child, children } from '../../../src/xml/tree.js';
import { readingOf, type ReadingOf } from '../../reading-of.js';

const OUTSIDE = /^<div xmlns="http:\/\/www\.w3\.org\/1999\/xhtml">([^]*)<\/div>$/;

/** The narrative of an act whose texts are these, beside a section with this text. */
function ofEntry(narrative: string, ...texts: string[]): { html: string | undefined } & ReadingOf {
  const acts = texts.map((text) => `<text>${text}</text>`).join('');
  const read = readingOf(`<section><text>${narrative}</text><entry><act>${acts}</act></entry></section>`);
  const { tree } = read.reading;
  const act = child(tree, child(tree, read.root, nameId('entry')), nameId('act'));
  const made = toNarrative(read.reading, children(tree, act, nameId('text')));
  if (made !== undefined) expect(made.status).to.equal('additional');
  return { html: made && OUTSIDE.exec(made.div)?.[1], ...read };
}

function referringTo(id: string, narrative: string): string | undefined {
  return ofEntry(narrative, `<reference value="#${id}"/>`).html;
}

describe('The Narrative of a section', () => {
  it('is all of its text (guidance-73)', () => {
    const { reading, root } = readingOf('<section><text>No <content>known</content> allergies</text></section>');
    expect(toNarrative(reading, children(reading.tree, root))).to.deep.equal({
      status: 'additional',
      div: '<div xmlns="http://www.w3.org/1999/xhtml">No <span>known</span> allergies</div>',
    });
  });
});

describe('The Narrative of an entry', () => {
  const TABLE =
    '<table><caption>Labs</caption><thead><tr><th>Test</th><th colspan="2">Result</th></tr></thead>' +
    '<tbody><tr ID="r1"><th rowspan="2">Sodium</th><td ID="c1">140</td><td>mmol/L</td></tr>' +
    '<tr ID="r2"><td ID="c2">141</td><td ID="u2">mmol/L</td></tr></tbody></table>';

  it('is a row with the head of its table (guidance-74)', () => {
    expect(referringTo('r2', TABLE)).to.equal(
      '<table><caption>Labs</caption><thead><tr><th>Test</th><th colspan="2">Result</th></tr></thead>' +
        '<tbody><tr><td>141</td><td>mmol/L</td></tr></tbody></table>',
    );
  });

  it('is a cell with the heads of its own column and row, also below a cell that spans rows', () => {
    expect(referringTo('c1', TABLE)).to.equal(
      '<table><caption>Labs</caption><thead><tr><th>Result</th></tr></thead>' +
        '<tbody><tr><th rowspan="2">Sodium</th><td>140</td></tr></tbody></table>',
    );
    expect(referringTo('u2', TABLE)).to.equal(
      '<table><caption>Labs</caption><thead><tr><th>Result</th></tr></thead><tbody><tr><td>mmol/L</td></tr></tbody></table>',
    );
  });

  it('takes a first row of header cells for the head of a table that has no head', () => {
    expect(referringTo('r', '<table><tbody><tr><th>A</th></tr><tr ID="r"><td>1</td></tr></tbody></table>')).to.equal(
      '<table><thead><tr><th>A</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>',
    );
  });

  it('is an item with its list, or any other element by itself', () => {
    const list = '<list listType="ordered"><caption>Do</caption><item ID="i">rest</item><item>eat</item></list>';
    expect(referringTo('i', list)).to.equal('<p style="font-weight: bold">Do</p><ol><li>rest</li></ol>');
    expect(referringTo('c', '<paragraph>a <content ID="c" styleCode="Bold">b</content></paragraph>')).to.equal(
      '<span style="font-weight: bold">b</span>',
    );
  });

  it('has no IDs, and no links to places outside of it', () => {
    expect(
      referringTo('p', '<paragraph ID="p">a <linkHtml href="#q">b</linkHtml></paragraph><content ID="q">c</content>'),
    ).to.equal('<p>a <span>b</span></p>');
  });

  it('has its own words and those that it refers to (guidance-75), once if they are the same', () => {
    const { html, mapped } = ofEntry('<content ID="c">Cough</content>', 'At night<reference value="#c"/>');
    expect(html).to.equal('<p>At night</p><span>Cough</span>');
    expect(mapped()).to.deep.equal({ 'entry/act/text/text()': 'div', 'entry/act/text/reference/@value': 'div' });
    expect(ofEntry('<content ID="c">Cough</content>', 'Cough<reference value="#c"/>').html).to.equal(
      '<span>Cough</span>',
    );
  });

  it('has the parts of several texts, each once', () => {
    const { html } = ofEntry(
      '<content ID="c">a</content><content ID="d">b</content>',
      '<reference value="#c"/>',
      '<reference value="#d"/>',
      '<reference value="#c"/>',
    );
    expect(html).to.equal('<span>a</span><span>b</span>');
  });

  it('is absent if a reference dangles or leads to nothing visible', () => {
    const dangling = ofEntry('<content ID="c">a</content>', '<reference value="#x"/>');
    expect(dangling.html).to.equal(undefined);
    expect(dangling.warnings).to.have.lengthOf(1);
    expect(dangling.mapped()).to.deep.equal({});
    expect(referringTo('c', '<content ID="c"> </content>')).to.equal(undefined);
  });

  it('does not repeat a text that is very long', () => {
    expect(referringTo('p', `<paragraph ID="p">${'word '.repeat(20_000)}</paragraph>`)).to.equal(undefined);
  });
});
