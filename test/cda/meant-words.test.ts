import { expect } from 'chai';
import type { Column } from '../../src/cda/column.js';
import { isDate, meantWords } from '../../src/cda/meant-words.js';
import { narrativeElements, plainText } from '../../src/cda/narrative.js';
import { NONE } from '../../src/xml/tree.js';
import { compileWordList } from '../../src/xpath/word-list.js';
import { readingOf } from '../reading-of.js';

const problem: Column = { words: compileWordList(['problem']), others: [compileWordList(['status'])] };

function meant(narrative: string, column: Column | undefined = problem): string | undefined {
  const { reading } = readingOf(`<section><text>${narrative}</text></section>`);
  const find = narrativeElements(reading.tree);
  const node = meantWords({ ...reading, narrativeElement: find }, find('x'), column);
  return node === NONE ? undefined : plainText(reading, node);
}

const table = (cells: string, attributes = '') =>
  `<table><thead><tr><th>Date</th><th>Problem</th><th>Status</th></tr></thead><tbody><tr ${attributes}>${cells}</tr></tbody></table>`;

describe('What a reference means', () => {
  const cells = '<td>2012</td><td>Asthma</td><td>Active</td>';

  it('for a row, is the cell in the wanted column', () => {
    expect(meant(table(cells, 'ID="x"'))).to.equal('Asthma');
    expect(meant(table(cells).replace('<tbody>', '<tbody ID="x">'))).to.equal('Asthma');
  });

  it('for a row without that column, is its only cell that is not a date, if there is one', () => {
    const bare = (row: string) => `<table><tbody><tr ID="x">${row}</tr></tbody></table>`;
    expect(meant(bare(cells))).to.equal(undefined);
    expect(meant(bare('<td>May 2012</td><td>Asthma</td><td/>'))).to.equal('Asthma');
    expect(meant(bare('<td>Asthma</td><td><table><tr><td>a</td><td>b</td></tr></table></td>'))).to.equal(undefined);
    expect(meant(bare('<td>May 2012</td>'))).to.equal(undefined);
    const nothing: Column = { words: compileWordList(['dose']), others: [] };
    expect(meant(table(cells, 'ID="x"'), nothing)).to.equal(undefined);
  });

  it('is not a date: the description is elsewhere in the row', () => {
    expect(meant(table('<td ID="x">May 5, 2012</td><td>Asthma</td><td>Active</td>'))).to.equal('Asthma');
    expect(meant(table('<td ID="x">May 5, 2012</td><td>2013</td><td>Active</td>'))).to.equal(undefined);
    expect(meant('<paragraph ID="x">May 5, 2012</paragraph>')).to.equal(undefined);
  });

  it('is not a cell of a column for another element', () => {
    expect(meant(table('<td/><td>Asthma</td><td><content ID="x">Active</content></td>'))).to.equal('Asthma');
    expect(meant(table('<td/><td/><td ID="x">Active</td>'))).to.equal(undefined);
  });

  it('is a cell below a heading that is in its own list, even if it is in another list, too', () => {
    const either: Column = { words: compileWordList(['problem'], ['status']), others: [compileWordList(['status'])] };
    expect(meant(table('<td/><td>Asthma</td><td ID="x">Wheezing</td>'), either)).to.equal('Wheezing');
  });

  it('otherwise is the text of the element', () => {
    expect(meant(table('<td ID="x">since childhood</td><td>Asthma</td><td/>'))).to.equal('since childhood');
    expect(meant('<list><item ID="x">Asthma</item></list>')).to.equal('Asthma');
  });
});

describe('A text that is only a date', () => {
  for (const text of [
    '06/22/2015',
    '6-22-15',
    '22.06.2015',
    '2015-06-22',
    '20150622',
    '20150622101500',
    '2015',
    '06/2015',
    'June 22, 2015',
    'Jun 22 2015 10:05 AM EST',
    '22-Jun-2015',
    '22 June 2015',
    'June 2015',
    'since 2015',
    '2015-06-22T10:05:00-05:00',
    '06/22/2015 - 07/01/2015',
    'Aug 2012 - present',
    '10/5/2011 –',
    'Sep-16-2014 -',
    '2011 to 2013',
  ])
    it(`is ${text}`, () => expect(isDate(text)).to.equal(true));

  for (const text of [
    '',
    'June',
    'May be',
    '120/80',
    '5-10',
    '1',
    '1950 mL',
    '22',
    'Take 2',
    'Flu shot 2015',
    '2015 was bad',
    '5.4.2',
    'in 2015 or so',
    '98.6',
  ])
    it(`is not ${text === '' ? 'nothing' : text}`, () => expect(isDate(text)).to.equal(false));

  it('is recognized quickly', () => {
    const started = performance.now();
    for (let n = 0; n < 2000; n++) isDate(`${'1/1/2011 '.repeat(8)}x`);
    expect(performance.now() - started).to.be.below(500);
  });
});
