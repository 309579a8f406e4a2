import { createWriteStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isPostgres } from '../store/place.js';
import { openStore, type Store } from '../store/store.js';
import { StoreError } from '../store/schema.js';
import { NoSqliteError } from '../store/sqlite.js';
import { UsageError } from './command.js';
import { readOptions } from './read-options.js';
import { serviceAt, toHelp } from './service-client.js';
import { linesOf, print, type Terminal } from './terminal.js';

export const help = `cairn store check --store DIR|postgres://…  whether every document and Bundle is what was written
cairn store backup FILE --store DIR         a copy of the store, while no service uses it
cairn store backup FILE [--to URL]          the same of a running service, which goes on meanwhile

A backup is put back by naming it cairn.sqlite in an empty folder. ${toHelp}

Exit status of check: 0 all is well, 1 otherwise.
`;

const PAGE = 500;

/** `cairn store check --store ./data` */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readOptions(args, { store: { type: 'string' }, to: { type: 'string' } });
  const [action, file, ...others] = positionals;
  if (action === 'check' && file === undefined && values.store !== undefined) {
    return await withStore(values.store, terminal, (store) => check(store, terminal));
  }
  if (action !== 'backup' || file === undefined || others.length > 0)
    throw new UsageError('store takes check --store DIR, or backup FILE');
  if (await isThere(file)) throw new UsageError(`${file} is there already`);
  if (values.store !== undefined && isPostgres(values.store))
    throw new UsageError('a store in PostgreSQL is copied by pg_dump, while everything goes on');
  if (values.store !== undefined) {
    return await withStore(values.store, terminal, async (store) => {
      await store.backup(file);
      return 0;
    });
  }
  const answer = await serviceAt(values.to).call('$backup');
  await pipeline(Readable.fromWeb(answer.body as never), createWriteStream(file, { mode: 0o600, flags: 'wx' }));
  return 0;
}

async function withStore(folder: string, terminal: Terminal, use: (store: Store) => Promise<number>): Promise<number> {
  if (!isPostgres(folder) && !(await isThere(join(folder, 'cairn.sqlite'))))
    throw new UsageError(`there is no store in ${folder}`);
  let store: Store;
  try {
    store = await openStore(folder);
  } catch (error) {
    if (!(error instanceof StoreError || error instanceof NoSqliteError)) throw error;
    await print(terminal.stderr, linesOf([error.message]));
    return 1;
  }
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** Looks at every document of a store; what is wrong is a line each. */
export async function check(store: Store, terminal: Terminal): Promise<number> {
  const faults = await store.integrity();
  let checked = 0;
  let after: string | undefined = '';
  while (after !== undefined) {
    const page: { checked: number; faults: readonly string[]; next: string | undefined } = await store.ask(
      'check',
      after,
      PAGE,
    );
    checked += page.checked;
    faults.push(...page.faults);
    after = page.next;
  }
  await print(terminal.stderr, linesOf(faults));
  await print(terminal.stdout, `${checked} documents checked, ${faults.length} faults\n`);
  return faults.length === 0 ? 0 : 1;
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
