import { expect } from 'chai';
import { bare, compileWordList } from '../../src/xpath/word-list.js';

describe('a word list', () => {
  const list = compileWordList(['no data', 'not available', 'status'], ['none']);

  it('recognizes a text whatever its letter case, white space and punctuation', () => {
    for (const text of ['No data', ' NO\n DATA. ', '(no-data)', '*no\u00a0data*']) expect(list.place(text)).to.equal(0);
    expect(list.place('no dat')).to.equal(-1);
    expect(list.place('no data yet')).to.equal(-1);
    expect(list.place('')).to.equal(-1);
    expect(list.place('--')).to.equal(-1);
  });

  it('finds a phrase in a text as whole words only', () => {
    expect(list.mentioned('There is NO  data.')).to.equal(true);
    expect(list.mentioned('no database')).to.equal(false);
    expect(list.mentioned('Casino data')).to.equal(false);
    expect(list.mentioned('data: not, available')).to.equal(true);
    expect(list.mentioned('')).to.equal(false);
  });

  it('matches a word marked as alone only with the whole text', () => {
    expect(list.place('None.')).to.equal(3);
    expect(list.mentioned('none of these')).to.equal(false);
    expect(list.ending('but none')).to.equal(-1);
  });

  it('recognizes a text that consists only of its words and phrases', () => {
    const words = compileWordList(['no', 'known', 'data', 'on file', 'on', 'on file yet'], ['none']);
    expect(words.made('No data on file.')).to.equal(true);
    expect(words.made('NO KNOWN DATA on file yet')).to.equal(true);
    expect(words.made('no file')).to.equal(false);
    expect(words.made('no data of malignancy')).to.equal(false);
    expect(words.made('none')).to.equal(false);
    expect(words.made('')).to.equal(false);
  });

  it('finds the phrase that a text ends in', () => {
    expect(list.ending('Problem Status:')).to.equal(2);
    expect(list.ending('Status of it')).to.equal(-1);
    expect(list.ending('thermostatus')).to.equal(-1);
  });

  it('divides words at punctuation, but not at an apostrophe or a plural in brackets', () => {
    expect(bare(" N/A - Doctor’s name(s), \n O'Hara ")).to.equal('n a doctors names ohara');
    expect(bare('Größe (cm)')).to.equal('größe cm');
  });

  it('takes time in proportion to a long text', () => {
    const long = 'no '.repeat(300_000);
    const started = performance.now();
    expect(list.mentioned(long)).to.equal(false);
    expect(performance.now() - started).to.be.below(2000);
  });
});
