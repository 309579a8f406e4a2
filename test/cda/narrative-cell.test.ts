import { expect } from 'chai';
import { cellOf } from '../../src/cda/narrative-cell.js';
import { narrativeElements, plainText } from '../../src/cda/narrative.js';
import { nameId } from '../../src/cda/vocabulary.js';
import { child, NONE } from '../../src/xml/tree.js';
import { compileWordList } from '../../src/xpath/word-list.js';
import { readingOf } from '../reading-of.js';

const drug = compileWordList(['medication', 'drug'], ['name']);
const status = compileWordList(['status']);

/** What the cell says for a statement that refers to `#x`, or '' where there is none. */
function cell(narrative: string, list = status, entry = '<text><reference value="#x"/></text>'): string {
  const { reading, root } = readingOf(
    `<section><text>${narrative}</text><entry><observation>${entry}</observation></entry></section>`,
  );
  const found = { ...reading, narrativeElement: narrativeElements(reading.tree) };
  const statement = child(reading.tree, child(reading.tree, root, nameId('entry')), nameId('observation'));
  const node = cellOf(found, statement, list);
  return node === NONE ? '' : plainText(found, node);
}

const row = (...cells: string[]) => `<tr>${cells.map((text) => `<td>${text}</td>`).join('')}</tr>`;
const head = (...cells: string[]) => `<thead><tr>${cells.map((text) => `<th>${text}</th>`).join('')}</tr></thead>`;
const mine = (...cells: string[]) => row(...cells).replace('<tr>', '<tr ID="x">');

describe('The cell of a row', () => {
  it('is the cell in the column whose heading is in the list', () => {
    const table = `<table>${head('Medication', 'Status')}<tbody>${row('Insulin', 'Stopped')}${mine('Aspirin', 'Active')}</tbody></table>`;
    expect(cell(table)).to.equal('Active');
    expect(cell(table, drug)).to.equal('Aspirin');
    expect(cell(table, compileWordList(['dose']))).to.equal('');
  });

  it('is found from a cell, from content in a cell, and from the row', () => {
    const at = (first: string) =>
      `<table>${head('Drug', 'Status')}<tbody><tr>${first}<td>Active</td></tr></tbody></table>`;
    expect(cell(at('<td ID="x">Aspirin</td>'))).to.equal('Active');
    expect(cell(at('<td><content ID="x">Aspirin</content> 81 mg</td>'))).to.equal('Active');
    expect(cell(at('<td><list><item><content ID="x">Aspirin</content></item></list></td>'))).to.equal('Active');
  });

  it('is found by the original text of a code if the statement has no text', () => {
    const table = `<table>${head('Drug', 'Status')}<tbody>${mine('Aspirin', 'Active')}</tbody></table>`;
    const original = '<originalText><reference value="#x"/></originalText>';
    expect(cell(table, status, `<value>${original}</value>`)).to.equal('Active');
    expect(
      cell(
        table,
        status,
        `<entryRelationship><observation><value>${original}</value></observation></entryRelationship>`,
      ),
    ).to.equal('');
    expect(cell(table, status, `<text>words</text><code>${original}</code>`)).to.equal('Active');
  });

  it('is absent in a row with more cells than its table has headings', () => {
    const table = (cells: string) => `<table>${head('Drug', 'Status')}<tbody>${cells}</tbody></table>`;
    expect(cell(table(mine('Oral', 'Aspirin', 'Active')))).to.equal('');
    expect(cell(table(mine('Aspirin', 'Active', ' ')))).to.equal('Active');
    expect(cell(table(row('Oral', 'Aspirin', 'Active') + mine('Insulin', 'Stopped')))).to.equal('Stopped');
  });

  it('counts cells that span columns and rows', () => {
    const wide = `<table>${head('Drug', 'Dose', 'Status')}<tbody><tr ID="x"><td colspan="2">Aspirin 81 mg</td><td>Active</td></tr></tbody></table>`;
    expect(cell(wide)).to.equal('Active');
    expect(cell(wide, drug)).to.equal('Aspirin 81 mg');
    const tall = `<table>${head('Status', 'Drug')}<tbody><tr><td rowspan="2">Active</td><td>Insulin</td></tr><tr ID="x"><td>Aspirin</td></tr></tbody></table>`;
    expect(cell(tall)).to.equal('Active');
    expect(cell(tall, drug)).to.equal('Aspirin');
  });

  it('is absent if the reference is to a cell over several rows, and these differ', () => {
    const rows = (other: string) =>
      `<table>${head('Drug', 'Status')}<tbody><tr><td rowspan="2" ID="x">Aspirin</td><td>Active</td></tr><tr><td>${other}</td></tr></tbody></table>`;
    expect(cell(rows('Stopped'))).to.equal('');
    expect(cell(rows('Stopped'), drug)).to.equal('Aspirin');
  });

  it('reads headings of two levels, headings within the table, and headings above plain rows', () => {
    const levels = `<table><thead><tr><th>Drug</th><th colspan="2">Course</th></tr><tr><th>Name</th><th>Begin</th><th>Status</th></tr></thead><tbody>${mine('Aspirin', '2011', 'Active')}</tbody></table>`;
    expect(cell(levels)).to.equal('Active');
    expect(cell(levels, drug)).to.equal('Aspirin');
    const anew = `<table><tbody><tr><th>Drug</th><th>Status</th></tr>${row('a', 'b')}<tr><th>Status</th><th>Drug</th></tr>${mine('Active', 'Aspirin')}</tbody></table>`;
    expect(cell(anew)).to.equal('Active');
    const plain = `<table><tbody>${row('Drug', 'Dose', 'Status')}${mine('Aspirin', '81 mg', 'Active')}</tbody></table>`;
    expect(cell(plain)).to.equal('Active');
  });

  it('never takes a row of facts for headings', () => {
    const pairs = `<table><tbody>${row('Status', 'Active')}${mine('Severity', 'mild')}</tbody></table>`;
    expect(cell(pairs, compileWordList(['active']))).to.equal('');
    const facts = `<table><tbody>${row('Status', 'Aspirin', '81 mg')}${mine('1', '2', '3')}</tbody></table>`;
    expect(cell(facts)).to.equal('');
  });

  it('reads tables that are turned by 90 degrees', () => {
    const turned = (first: string, second: string) =>
      `<table><tbody><tr><th>Drug</th>${first}</tr><tr><th>Status</th>${second}</tr></tbody></table>`;
    const two = turned('<td>Insulin</td><td ID="x">Aspirin</td>', '<td>Stopped</td><td>Active</td>');
    expect(cell(two)).to.equal('Active');
    expect(cell(two, drug)).to.equal('Aspirin');
    const one = turned('<td>Aspirin</td>', '<td>Active</td>');
    expect(cell(one.replace('<tr>', '<tr ID="x">'))).to.equal('Active');
    expect(cell(one.replace('<table>', '<table ID="x">'))).to.equal('Active');
  });

  it('prefers headings in the list to headings that only end in a phrase of the list', () => {
    expect(cell(`<table>${head('Drug', 'Smoking status')}<tbody>${mine('a', 'b')}</tbody></table>`)).to.equal('b');
    expect(cell(`<table>${head('Smoking status', 'Status:')}<tbody>${mine('a', 'b')}</tbody></table>`)).to.equal('b');
    expect(
      cell(`<table>${head('Drug', 'Drug / Medication', 'x')}<tbody>${mine('', 'b', 'c')}</tbody></table>`, drug),
    ).to.equal('b');
    expect(cell(`<table>${head('x', 'Drug / Dose')}<tbody>${mine('a', 'b')}</tbody></table>`, drug)).to.equal('');
  });

  it('is found in the row around a nested table', () => {
    const inner = `<table>${head('Begin')}<tbody>${mine('2011')}</tbody></table>`;
    expect(cell(`<table>${head('Details', 'Status')}<tbody>${row(inner, 'Active')}</tbody></table>`)).to.equal(
      'Active',
    );
  });

  it('in lists and paragraphs, is the text after a label', () => {
    expect(
      cell('<list><item ID="x">Aspirin<list><item><caption>Status</caption>Active</item></list></item></list>'),
    ).to.equal('Active');
    expect(cell('<paragraph ID="x"><content styleCode="Bold">Status:</content> Active</paragraph>')).to.equal('Active');
    expect(
      cell('<list><item><content ID="x">Aspirin</content> Status: <content>Active</content></item></list>'),
    ).to.equal('Active');
    expect(cell('<list><item ID="x">Aspirin</item><item>Status: <content>Active</content></item></list>')).to.equal('');
  });

  it('is absent for the headings themselves, for an empty cell, and outside of tables', () => {
    expect(
      cell(`<table>${head('Drug', 'Status').replace('<tr>', '<tr ID="x">')}<tbody>${row('a', 'b')}</tbody></table>`),
    ).to.equal('');
    expect(cell(`<table>${head('Drug', 'Status')}<tbody>${mine('a', '')}</tbody></table>`)).to.equal('');
    expect(cell('<paragraph ID="x">Active</paragraph>')).to.equal('');
    expect(cell('<paragraph>Active</paragraph>')).to.equal('');
  });

  it('takes time in proportion to the cells of the table, whatever they span', () => {
    const rows = Array.from({ length: 3000 }, () => '<tr><td rowspan="60000" colspan="60000">a</td></tr>').join('');
    const started = performance.now();
    cell(`<table>${head('Drug', 'Status')}<tbody>${rows}${mine('a', 'b')}</tbody></table>`);
    expect(performance.now() - started).to.be.below(2000);
  });
});
