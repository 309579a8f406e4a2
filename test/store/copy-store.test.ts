import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openStore } from '../../src/store/store.js';
import { postgres } from './engines.js';
import { accepted, convertNext, eventsOf, thread } from './opened.js';

/** By a process of its own: the driver holds a file as long as its own process lives. How many documents, or why not. */
function copied(from: string, to: string): string {
  const module = new URL('../../src/store/copy-store.ts', import.meta.url).href;
  const script = `const { copyStore } = await import(${JSON.stringify(module)});
    const said = await copyStore(${JSON.stringify(from)}, ${JSON.stringify(to)}).then((counts) => counts.get('document'), (error) => error.message);
    process.stdout.write(String(said));`;
  return spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { encoding: 'utf8' })
    .stdout;
}

describe('a store that moves', function () {
  this.timeout(60_000);
  const key = Buffer.alloc(32, 5);

  it('is the same in PostgreSQL and back in a folder, still encrypted, and goes on there', async function () {
    let address: string;
    try {
      address = await (await postgres()).database();
    } catch (error) {
      console.warn(`    skipped: ${(error as Error).message}`);
      this.skip();
    }
    const folder = mkdtempSync(join(tmpdir(), 'cairn-copy-'));
    try {
      const places = [join(folder, 'one'), address, join(folder, 'two')];
      const ids: string[] = [];
      for (const [index, place] of places.entries()) {
        if (index > 0) {
          expect(copied(places[index - 1]!, place)).to.equal(String(ids.length));
        }
        const store = await openStore(place, thread, key);
        for (const id of ids) {
          expect(Buffer.from((await store.of('').ask('bodyOf', id, 'source'))!).toString()).to.match(/^<a>\d+<\/a>$/);
          expect(await eventsOf(store, id)).to.deep.equal(['received', 'converted']);
        }
        // What comes after is numbered after.
        for (let count = 0; count < 250; count++) ids.push(await accepted(store, `<a>${index * 1000 + count}</a>`));
        for (let count = 0; count < 250; count++) await convertNext(store, { patient: 'p', documentId: `d${count}` });
        expect((await store.ask('check', '', 10_000)).faults).to.deep.equal([]);
        while ((await store.ask('chainAudit')) > 0);
        expect((await store.ask('verifyAudit', undefined, 10_000)).faults).to.deep.equal([]);
        const { documents } = await store.of('').ask('list', { count: 1000 });
        expect(documents.map(({ id }) => id)).to.deep.equal([...ids].reverse());
        await store.close();
      }
      expect(copied(places[0]!, places[2]!)).to.match(/is not empty/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
