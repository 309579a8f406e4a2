import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openStore, StoreFailure } from '../../src/store/store.js';
import { document, opened, thread } from './opened.js';

describe('a store on a disk that fails', function () {
  this.timeout(120_000);

  it('has the state of the last whole commit if the end of its log is torn', async () => {
    const open = await opened();
    const copy = mkdtempSync(join(tmpdir(), 'cairn-torn-'));
    try {
      const ids: string[] = [];
      for (let index = 0; index < 20; index++) {
        const accepted = await open.store.of('').ask('accept', document(`<a>${index}${'x'.repeat(3000)}</a>`), index);
        if (accepted.outcome === 'accepted') ids.push(accepted.id);
      }
      for (const torn of [1, 700, 5000]) {
        for (const name of ['cairn.sqlite', 'cairn.sqlite-wal']) copyFileSync(join(open.place, name), join(copy, name));
        rmSync(join(copy, 'cairn.sqlite-shm'), { force: true });
        const log = join(copy, 'cairn.sqlite-wal');
        truncateSync(log, statSync(log).size - torn);
        const store = await openStore(copy, thread);
        expect(await store.integrity()).to.deep.equal([]);
        expect((await store.ask('check', '', 100)).faults).to.deep.equal([]);
        const { documents } = await store.of('').ask('list', { count: 100 });
        // Those that are there are the first ones, whole: nothing is half.
        expect(documents.map(({ id }) => id).reverse()).to.deep.equal(ids.slice(0, documents.length));
        expect(documents.length).to.be.greaterThan(15);
        await store.close();
      }
    } finally {
      await open.close();
      rmSync(copy, { recursive: true });
    }
  });

  it('reports a full disk, loses nothing, and goes on when there is space', async function () {
    const folder = mkdtempSync(join(tmpdir(), 'cairn-full-'));
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder]).status !== 0) {
      rmSync(folder, { recursive: true });
      console.warn('    skipped: a small disk cannot be mounted here (it takes root)');
      this.skip();
    }
    try {
      // What is filled from outside, and can be emptied again.
      writeFileSync(join(folder, 'ballast'), Buffer.alloc(1_500_000));
      const store = await openStore(folder, thread);
      const taken: string[] = [];
      let failure: unknown;
      for (let index = 0; index < 2000 && failure === undefined; index++) {
        try {
          const bytes = Buffer.from(Array.from({ length: 20_000 }, (_, at) => (at * (index + 7) * 31) % 251));
          const accepted = await store.of('').ask('accept', { ...document(''), bytes }, index);
          if (accepted.outcome === 'accepted') taken.push(accepted.id);
        } catch (error) {
          failure = error;
        }
      }
      expect(failure).to.be.instanceOf(StoreFailure);
      expect((failure as StoreFailure).message).to.match(/full/i);
      for (const id of taken) expect(await store.of('').ask('documentOf', id)).to.include({ state: 'received' });
      rmSync(join(folder, 'ballast'));
      expect((await store.of('').ask('accept', document('<after/>'), 1)).outcome).to.equal('accepted');
      expect(await store.integrity()).to.deep.equal([]);
      await store.close();
      const again = await openStore(folder, thread);
      expect((await again.ask('numbers')).waiting).to.equal(taken.length + 1);
      await again.close();
    } finally {
      spawnSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    }
  });

  it('is refused if it has a newer schema, is not a database, or cannot be written', async () => {
    const refused = async (folder: string): Promise<string> => {
      try {
        await (await openStore(folder, thread)).close();
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const open = await opened();
    await open.store.close();
    // By a process of its own: the driver holds a file as long as its own process lives.
    const sqlite = new URL('../../src/store/sqlite.ts', import.meta.url).href;
    const script = `const { openSqlite } = await import(${JSON.stringify(sqlite)});
      openSqlite(${JSON.stringify(join(open.place, 'cairn.sqlite'))}).run('insert into migration values (99, 0)');`;
    spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
    expect(await refused(open.place)).to.match(/^the store has schema 99, this Cairn knows \d+: .*run that one$/);
    rmSync(open.place, { recursive: true });
    const folder = mkdtempSync(join(tmpdir(), 'cairn-odd-'));
    writeFileSync(
      join(folder, 'cairn.sqlite'),
      'this is no database, only a text that is long enough to be one'.repeat(50),
    );
    expect(await refused(folder)).to.match(/cairn\.sqlite is no store of Cairn/);
    mkdirSync(join(folder, 'inner'));
    writeFileSync(join(folder, 'inner', 'file'), '');
    expect(await refused(join(folder, 'inner', 'file'))).to.match(/is no folder/);
    expect(existsSync(join(folder, 'inner', 'file'))).to.equal(true);
    rmSync(folder, { recursive: true });
  });
});
