import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { prepare } from '../../src/cli/author-task.js';
import { waitingFiles } from '../../src/cli/each-document.js';
import { observationSet } from '../mapping/mapping-folder.js';
import { documentOf } from '../mappings/document-of.js';

describe('the files of an author’s command', () => {
  it('are handed out in ranges of neighbours, and the longest range is shared when another is done', () => {
    const waiting = waitingFiles([1, 1, 1, 1, 1, 1, 1], 2);
    expect([0, 0, 0, 0, 1, 0, 1, 1].map((thread) => waiting.next(thread))).to.deep.equal([
      0,
      1,
      2,
      6,
      3,
      5,
      4,
      undefined,
    ]);
  });

  it('are handed out in ranges of as many bytes, not as many files', () => {
    const waiting = waitingFiles([1, 1, 1, 1, 2, 2], 2);
    expect([0, 0, 0, 0, 1, 1].map((thread) => waiting.next(thread))).to.deep.equal([0, 1, 2, 3, 4, 5]);
  });

  it('begin with those that are much larger than the others, the largest first', () => {
    const waiting = waitingFiles([...Array<number>(40).fill(1), 30, 50], 2);
    expect([0, 1, 0, 1].map((thread) => waiting.next(thread))).to.deep.equal([41, 40, 0, 20]);
  });

  it('are handed out once each', () => {
    const waiting = waitingFiles(Array<number>(10).fill(7), 3);
    const taken = Array.from({ length: 10 }, (_, turn) => waiting.next(turn % 2));
    expect([...taken].sort((one, other) => one! - other!)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(waiting.next(2)).to.equal(undefined);
  });
});

describe('what cairn diff does with each file', () => {
  it('reports the same changes and rules if many files have changed and it converts them with a trace at once', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cairn-diff-'));
    try {
      const file = join(folder, 'a.xml');
      const id = '<id root="2.999.7" extension="a"/>';
      writeFileSync(file, documentOf({ xml: `<observation>${id}<code code="8302-2"/></observation>` }));
      const resource = { resourceType: 'Observation', code: { text: '= code/@code' } };
      const perform = prepare({
        kind: 'diff',
        from: observationSet({ ...resource, status: 'final' }),
        to: observationSet({ ...resource, status: 'amended' }),
      });
      const answers = Array.from({ length: 8 }, () => perform(file));
      const change = answers[0]?.kind === 'diff' ? answers[0].diff.changes[0] : undefined;
      expect(change).to.include({ from: 'final', to: 'amended', toRule: 'observation.json#/resource/status' });
      for (const answer of answers) expect(answer).to.deep.equal(answers[0]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
