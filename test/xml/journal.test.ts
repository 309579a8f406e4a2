import assert from 'node:assert/strict';
import { DROPPED, Journal, MAPPED, USED } from '../../src/xml/journal.js';

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
