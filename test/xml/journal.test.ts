import assert from 'node:assert/strict';
import { DROPPED, IGNORED, Journal, MAPPED, USED } from '../../src/xml/journal.js';
import { SettledLines } from '../../src/xml/settled-lines.js';

describe('a journal that looks silently', () => {
  it('writes nothing down, and goes on writing afterwards', () => {
    const journal = new Journal(false);
    const answer = journal.silently(() => {
      journal.used(1);
      journal.dropped(2, 'why', 'rule');
      journal.ignored(3, 'why', 'rule');
      journal.repeated(4, 5);
      return 'seen';
    });
    assert.equal(answer, 'seen');
    journal.used(6);
    assert.deepEqual(journal.lines, [{ node: 6, mark: USED }]);
    assert.deepEqual([journal.drops, journal.repeats], [[], []]);
  });

  it('stays silent until the outermost look is over', () => {
    const journal = new Journal(false);
    journal.silently(() => {
      journal.silently(() => journal.used(1));
      journal.used(2);
    });
    assert.equal(journal.checkpoint, 0);
  });

  it('remembers a value that was made and not kept, as after a rollback', () => {
    const [silent, rolledBack] = [new Uint8Array(4), new Uint8Array(4)];
    const one = new Journal(false, silent);
    one.silently(() => {
      one.mapped(2, '');
      one.used(3);
    });
    const other = new Journal(false, rolledBack);
    other.mapped(2, '');
    other.used(3);
    other.rollback(0);
    assert.deepEqual(silent, rolledBack);
    assert.equal(silent[2], 1);
  });

  it('knows from unwritten lines whether there was anything to write, without those of inner looks', () => {
    const journal = new Journal(false);
    journal.silently(() => {
      journal.silently(() => journal.used(1));
      assert.equal(journal.unwritten, 0);
      journal.used(1);
      assert.equal(journal.unwritten, 1);
    });
    assert.equal(journal.unwritten, 0);
  });

  it('keeps the rows of a ConceptMap with the lines that were written', () => {
    const journal = new Journal(true);
    journal.mapped(1, 'code');
    journal.silently(() => journal.translated(1, 'code', 'row'));
    assert.deepEqual(journal.rules, ['']);
    journal.dropped(2, 'why', 'rule');
    assert.deepEqual(journal.lines, [
      { node: 1, mark: MAPPED },
      { node: 2, mark: DROPPED },
    ]);
  });
});

describe('a journal whose lines are given away', () => {
  it('says the same as before, also beside the lines of others', () => {
    const settled = new SettledLines();
    const [one, other] = [new Journal(false), new Journal(false)];
    one.mapped(1, '');
    one.used(2);
    other.used(3);
    for (const journal of [one, other, one]) journal.settle(settled);
    assert.deepEqual(one.lines, [
      { node: 1, mark: MAPPED },
      { node: 2, mark: USED },
    ]);
    assert.deepEqual(other.lines, [{ node: 3, mark: USED }]);
    assert.deepEqual([one.checkpoint, one.nodeAt(1), one.markAt(1)], [2, 2, USED]);
  });

  it('can be written on, taken back and given away again', () => {
    const settled = new SettledLines();
    const converted = new Uint8Array(9);
    const journal = new Journal(false, converted);
    journal.mapped(1, '');
    journal.settle(settled);
    journal.dropped(2, 'why', 'rule');
    journal.mapped(3, '');
    journal.settle(settled);
    assert.equal(journal.checkpoint, 3);
    journal.rollback(2);
    journal.settle(settled);
    assert.deepEqual(journal.lines, [
      { node: 1, mark: MAPPED },
      { node: 2, mark: DROPPED },
    ]);
    assert.deepEqual(journal.drops, [{ line: 1, end: 2, reason: 'why', rule: 'rule' }]);
    assert.deepEqual([...converted], [0, 0, 0, 1, 0, 0, 0, 0, 0]);
  });

  it('takes more lines than others have together', () => {
    const settled = new SettledLines();
    const [few, many] = [new Journal(false), new Journal(false)];
    few.used(1);
    few.settle(settled);
    for (let node = 0; node < 100_000; node++) many.used(node);
    many.settle(settled);
    assert.deepEqual([few.nodeAt(0), many.nodeAt(0), many.nodeAt(99_999)], [1, 0, 99_999]);
  });
});

describe('what a journal leaves out', () => {
  it('is told once for all lines that follow each other, and apart for each rule', () => {
    const journal = new Journal(false);
    journal.ignored(1, 'why', 'rule');
    journal.ignored(2, 'why', 'rule');
    journal.dropped(3, 'why', 'rule');
    journal.dropped(4, 'why', 'another rule');
    journal.used(5);
    journal.ignored(6, 'why', 'another rule');
    assert.deepEqual(journal.drops, [
      { line: 0, end: 3, reason: 'why', rule: 'rule' },
      { line: 3, end: 4, reason: 'why', rule: 'another rule' },
      { line: 5, end: 6, reason: 'why', rule: 'another rule' },
    ]);
    assert.deepEqual(
      journal.lines.map(({ mark }) => mark),
      [IGNORED, IGNORED, DROPPED, DROPPED, USED, IGNORED],
    );
    journal.rollback(2);
    assert.deepEqual(journal.drops, [{ line: 0, end: 2, reason: 'why', rule: 'rule' }]);
  });
});
