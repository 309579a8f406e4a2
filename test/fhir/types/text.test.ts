import { expect } from 'chai';
import { narrativeElements } from '../../../src/cda/narrative.js';
import { nameId } from '../../../src/cda/vocabulary.js';
import { toText } from '../../../src/fhir/types/text.js';
import { child } from '../../../src/xml/tree.js';
import { readingOf, type ReadingOf } from '../../reading-of.js';

function text(xml: string): unknown {
  const { reading, root } = readingOf(xml);
  return toText(reading, root);
}

/** What becomes of the `value` beside this narrative. */
function referring(narrative: string, value: string): { text: unknown } & ReadingOf {
  const read = readingOf(`<section><text>${narrative}</text>${value}</section>`);
  return { text: toText(read.reading, child(read.reading.tree, read.root, nameId('value'))), ...read };
}

describe('Text', () => {
  it('is the text of an ST or ED, with its lines and without its indentation', () => {
    expect(text('<value>  Take one.\n      Then   rest. </value>')).to.deep.equal({ value: 'Take one.\nThen   rest.' });
    expect(text('<text>a<br/>b <content>c</content></text>')).to.deep.equal({ value: 'a\nb c' });
    expect(text('<value> </value>')).to.equal(undefined);
  });

  it('marks all text that it uses', () => {
    const { reading, root, mapped } = readingOf('<text>a <content>b</content></text>');
    toText(reading, root, 'note[0].text');
    expect(mapped()).to.deep.equal({ 'text()': 'note[0].text', 'content/text()': 'note[0].text' });
  });

  it('is the text of the element that a reference names: a cell, an item, a paragraph', () => {
    const table =
      '<table><thead><tr><th>Drug</th><th>Dose</th></tr></thead><tbody>' +
      '<tr ID="r"><td ID="c">Aspirin</td><td>81 mg<br/>daily</td></tr></tbody></table>' +
      '<list><item ID="i"><caption>Diet</caption>low salt</item></list>';
    const at = (id: string): unknown => referring(table, `<value><reference value="${id}"/></value>`).text;
    expect(at('#c')).to.deep.equal({ value: 'Aspirin' });
    expect(at('#i')).to.deep.equal({ value: 'Diet\nlow salt' });
    expect(at('c')).to.deep.equal({ value: 'Aspirin' });
  });

  it('is never the joined cells of a row, and never a date if it describes something; a value may be a date', () => {
    const table =
      '<table><tbody><tr ID="r"><td>Aspirin</td><td>81 mg</td><td ID="d">May 2012</td></tr></tbody></table>';
    const at = (id: string, name = 'text') => {
      const { reading, root } = readingOf(
        `<section><text>${table}</text><entry><${name}><reference value="#${id}"/></${name}></entry></section>`,
      );
      const found = { ...reading, narrativeElement: narrativeElements(reading.tree) };
      return toText(found, child(reading.tree, child(reading.tree, root, nameId('entry')), nameId(name)));
    };
    expect(at('r')).to.equal(undefined);
    expect(at('r', 'value')).to.equal(undefined);
    expect(at('d')).to.equal(undefined);
    expect(at('d', 'value')).to.deep.equal({ value: 'May 2012' });
  });

  it('marks the reference as mapped', () => {
    const { mapped } = referring('<content ID="c">x</content>', '<value><reference value="#c"/></value>');
    expect(mapped()).to.deep.equal({ 'value/reference/@value': '' });
  });

  it('is never the reference itself', () => {
    const { text: dangling, warnings } = referring(
      '<content ID="c">x</content>',
      '<value><reference value="#d"/></value>',
    );
    expect(dangling).to.equal(undefined);
    expect(warnings).to.have.lengthOf(1);
    const entry = referring(
      '<content>x</content>',
      '<value><reference value="#v"/></value><value ID="v">secret</value>',
    );
    expect(entry.text).to.equal(undefined);
  });

  it('is the text in the place of a reference if the narrative has exactly these words', () => {
    const cell = '<table><tbody><tr><td>Color</td><td> YELLOW </td></tr></tbody></table>';
    const said = referring(cell, '<value><reference value="YELLOW"/></value>');
    expect(said.text).to.deep.equal({ value: 'YELLOW' });
    expect(said.mapped()).to.deep.equal({ 'value/reference/@value': '' });
    expect(said.warnings).to.have.lengthOf(0);
    for (const value of ['#YELLOW', 'YELL', 'Vital_0'])
      expect(referring(cell, `<value><reference value="${value}"/></value>`).text).to.equal(undefined);
  });

  it('prefers its own words to those that it refers to, which count as used if they are the same', () => {
    const same = referring('<content ID="c">Mild  fever</content>', '<value>Mild fever<reference value="#c"/></value>');
    expect(same.text).to.deep.equal({ value: 'Mild fever' });
    expect(same.used()).to.deep.equal(['value/reference/@value']);
    const other = referring('<content ID="c">Cough</content>', '<value>Mild fever<reference value="#c"/></value>');
    expect(other.text).to.deep.equal({ value: 'Mild fever' });
    expect(other.used()).to.deep.equal([]);
    expect(other.dropped()['value/reference/@value']).to.contain('in other words');
  });

  it('is decoded if it is base64 of a text, and absent if it is base64 of anything else', () => {
    expect(text('<value mediaType="text/plain" representation="B64">UmVz\n dC4=</value>')).to.deep.equal({
      value: 'Rest.',
    });
    expect(text('<value mediaType="application/pdf" representation="B64">UmVzdC4=</value>')).to.equal(undefined);
    const { reading, root, warnings } = readingOf('<value representation="B64">Rest.</value>');
    expect(toText(reading, root)).to.equal(undefined);
    expect(warnings.map(({ code }) => code)).to.deep.equal(['invalid-base64']);
  });

  it('is the original text of a code, else its display, else the code', () => {
    const code = 'code="7" displayName="Rash"';
    expect(text(`<value ${code}><originalText>red skin</originalText><translation code="8"/></value>`)).to.deep.equal({
      value: 'red skin',
    });
    expect(text(`<value ${code}/>`)).to.deep.equal({ value: 'Rash' });
    expect(text('<value code="7"/>')).to.deep.equal({ value: '7' });
  });

  it('is a name or an address as written', () => {
    expect(text('<name><prefix>Dr.</prefix><given>Myra</given><family>Jones</family></name>')).to.deep.equal({
      value: 'Dr. Myra Jones',
    });
    expect(text('<name>Good <delimiter/>Health</name>')).to.deep.equal({ value: 'Good Health' });
    expect(text('<telecom value="tel:1"/>')).to.deep.equal({ value: 'tel:1' });
  });

  it('says why it is absent', () => {
    expect(text('<value nullFlavor="NASK"/>')).to.deep.equal({
      extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'not-asked' }],
    });
  });
});
