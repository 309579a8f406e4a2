/** Stores that are refused at the start, each with what to do. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import { openStore } from '../../src/store/store.js';
import { postgres } from './engines.js';
import { opened, thread } from './opened.js';

async function refusal(place: string): Promise<string> {
  try {
    await (await openStore(place, thread)).close();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a PostgreSQL that cannot be a store', function () {
  this.timeout(60_000);
  let address: string;

  before(async function () {
    try {
      address = await (await postgres()).database();
    } catch (error) {
      console.warn(`    skipped: ${(error as Error).message}`);
      this.skip();
    }
  });

  const ask = async (...statements: string[]): Promise<void> => {
    const client = new pg.Client({ connectionString: address });
    await client.connect();
    for (const sql of statements) await client.query(sql);
    await client.end();
  };

  it('is reported if it is not there, without user or password in the message', async () => {
    expect(await refusal('postgres://somebody:secret@127.0.0.1:1/cairn')).to.equal(
      'PostgreSQL on 127.0.0.1:1 cannot be reached (ECONNREFUSED): does it run, and is the address right?',
    );
  });

  it('is reported if the database does not exist', async () => {
    expect(await refusal(address.replace(/cairn_\d+/, 'nowhere'))).to.match(
      /^there is no database nowhere on .*createdb/,
    );
  });

  it('is reported if it could lose confirmed writes', async () => {
    const { pathname } = new URL(address);
    await ask(`alter database ${pathname.slice(1)} set synchronous_commit = off`);
    expect(await refusal(address)).to.match(/synchronous_commit = off: what is accepted could be lost; set it to on/);
    await ask(`alter database ${pathname.slice(1)} reset synchronous_commit`);
  });

  it('is reported if it is read-only', async () => {
    const { pathname } = new URL(address);
    await ask(`alter database ${pathname.slice(1)} set default_transaction_read_only = on`);
    expect(await refusal(address)).to.match(/is read-only \(a standby\?\): name the primary/);
    await ask(
      'set default_transaction_read_only = off',
      `alter database ${pathname.slice(1)} reset default_transaction_read_only`,
    );
  });

  it('is reported if a newer Cairn has written it', async () => {
    expect(await refusal(address)).to.equal('');
    await ask('insert into migration values (99, 0)');
    expect(await refusal(address)).to.match(/^the store has schema 99, this Cairn knows \d+: .*run that one$/);
  });
});

describe('a folder that cannot be a store', function () {
  this.timeout(60_000);

  it('is reported if it is read-only', async function () {
    if (process.getuid?.() === 0 && spawnSync('mount', ['--version']).status !== 0) this.skip();
    const open = await opened();
    await open.store.close();
    const folder = mkdtempSync(join(tmpdir(), 'cairn-read-only-'));
    // Root may write whatever its rights say: for it the disk itself is made so.
    const isRoot = process.getuid?.() === 0;
    const done = isRoot ? spawnSync('mount', ['--bind', '-o', 'ro', open.place, folder]).status === 0 : true;
    try {
      if (!done || (isRoot && spawnSync('mount', ['-o', 'remount,bind,ro', folder]).status !== 0)) {
        console.warn('    skipped: a disk cannot be made read-only here');
        this.skip();
      }
      if (!isRoot) chmodSync(open.place, 0o500);
      const place = isRoot ? folder : open.place;
      expect(await refusal(place)).to.equal(
        `the store in ${place} cannot be written: give this user the right to write there`,
      );
    } finally {
      if (isRoot) spawnSync('umount', [folder]);
      else chmodSync(open.place, 0o700);
      rmSync(folder, { recursive: true, force: true });
      rmSync(open.place, { recursive: true, force: true });
    }
  });
});
