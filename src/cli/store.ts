import { createWriteStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { masterKeyOf, type MasterKeySource } from '../store/master-key.js';
import { isPostgres } from '../store/place.js';
import { openStore, type Store } from '../store/store.js';
import { StoreError } from '../store/schema.js';
import { NoSqliteError } from '../store/sqlite.js';
import { verifyFiles } from './audit-file.js';
import { UsageError } from './command.js';
import { readCommandOptions } from './read-options.js';
import { serviceAt, serviceOptions, toHelp } from './service-client.js';
import { linesOf, print, type Terminal } from './terminal.js';

export const help = `cairn store check --store PLACE            whether every document and Bundle is what was written, and the audit
cairn store audit --verify --store PLACE   whether the audit is the one that was written, link by link
cairn store audit --verify FILE...         the same of files that the service wrote the audit to (audit.file), the oldest first
cairn store backup FILE --store DIR        a copy of the store, while no service uses it
cairn store backup FILE [--to URL]         the same of a running service, which goes on meanwhile
cairn store migrate --from PLACE --to PLACE
                                           moves a store to an empty folder or database; every row is compared after
cairn store rekey --store PLACE --new-key-file FILE|--new-key-command COMMAND
                                           wraps all keys by another master key; encrypts a store that was not

PLACE is a folder, or postgres://…; no service may use it (check and audit: of PostgreSQL it may). Of an encrypted store the master
key stands in --master-key-file FILE, or is what --master-key-command COMMAND writes (CAIRN_MASTER_KEY_FILE, CAIRN_MASTER_KEY_COMMAND).
A backup is put back by naming it cairn.sqlite in an empty folder. ${toHelp}

Exit status of check and audit: 0 all is well, 1 otherwise.
`;

const PAGE = 500;

const text = { type: 'string' } as const;

/** `cairn store check --store ./data` */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readCommandOptions(args, {
    store: text,
    ...serviceOptions,
    from: text,
    verify: { type: 'boolean' },
    'master-key-file': text,
    'master-key-command': text,
    'new-key-file': text,
    'new-key-command': text,
  });
  const [action, file, ...others] = positionals;
  if (action === 'audit' && file !== undefined) return await verifyFiles(positionals.slice(1), terminal);
  if (others.length > 0 || (file !== undefined && action !== 'backup')) throw new UsageError('see cairn store --help');
  const place = (): string => {
    if (values.store === undefined) throw new UsageError(`store ${action ?? ''} takes --store PLACE`);
    return values.store;
  };
  const key = masterKeySource(values['master-key-file'], values['master-key-command']);
  const withOpen = (use: (store: Store) => Promise<number>): Promise<number> => withStore(place(), key, terminal, use);
  switch (action) {
    case 'check':
      return await withOpen((store) => checkStore(store, terminal));
    case 'audit':
      if (values.verify !== true) throw new UsageError('store audit takes --verify');
      return await withOpen((store) => verify(store, terminal));
    case 'rekey': {
      const next = keyOf({ file: values['new-key-file'], command: values['new-key-command'] });
      if (next === undefined)
        throw new UsageError('store rekey takes --new-key-file FILE or --new-key-command COMMAND');
      return await withOpen((store) => rekeyStore(store, next, terminal));
    }
    case 'migrate':
      return await migrate(values.from, values.to, terminal);
    case 'backup':
      return await backup(file, values, withOpen);
    default:
      throw new UsageError('store takes check, audit, backup, migrate or rekey (see cairn store --help)');
  }
}

async function backup(
  file: string | undefined,
  { store: place, ...where }: { readonly store?: string; readonly to?: string; readonly tenant?: string },
  withOpen: (use: (store: Store) => Promise<number>) => Promise<number>,
): Promise<number> {
  if (file === undefined) throw new UsageError('store backup takes FILE');
  if (await isThere(file)) throw new UsageError(`${file} is there already`);
  if (place !== undefined && isPostgres(place))
    throw new UsageError('a store in PostgreSQL is copied by pg_dump, while everything goes on');
  if (place !== undefined) {
    return await withOpen(async (store) => {
      await store.backup(file);
      return 0;
    });
  }
  const answer = await serviceAt(where).call('$backup');
  await pipeline(Readable.fromWeb(answer.body as never), createWriteStream(file, { mode: 0o600, flags: 'wx' }));
  return 0;
}

async function migrate(from: string | undefined, to: string | undefined, terminal: Terminal): Promise<number> {
  if (from === undefined || to === undefined) throw new UsageError('store migrate takes --from PLACE --to PLACE');
  await checkPlace(from);
  const { copyStore } = await import('../store/copy-store.js');
  return await orComplain(terminal, async () => {
    const counts = await copyStore(from, to);
    const rows = [...counts.values()].reduce((sum, count) => sum + count, 0);
    await print(terminal.stdout, `${counts.get('document') ?? 0} documents moved, ${rows} rows compared\n`);
    return 0;
  });
}

/** Encrypts every key with another master key. */
export async function rekeyStore(store: Store, next: Uint8Array, terminal: Terminal): Promise<number> {
  const count = await store.rekey(next);
  await print(terminal.stdout, `${count} keys wrapped by the new master key; start the service with that one\n`);
  return 0;
}

/** Checks the audit from its beginning; each fault is a line. */
export async function verify(store: Store, terminal: Terminal): Promise<number> {
  while ((await store.ask('chainAudit')) > 0);
  let page = await store.ask('verifyAudit', undefined, PAGE);
  let { checked } = page;
  const faults = [...page.faults];
  while (page.next !== undefined) {
    page = await store.ask('verifyAudit', page.next, PAGE);
    checked += page.checked;
    faults.push(...page.faults);
  }
  await print(terminal.stderr, linesOf(faults));
  await print(terminal.stdout, `${checked} audited, ${faults.length} faults; the last link is ${page.head}\n`);
  return faults.length === 0 ? 0 : 1;
}

/** What is said on the command line wins over the environment, whichever of the two it is. */
function masterKeySource(file: string | undefined, command: string | undefined): MasterKeySource {
  if (file !== undefined || command !== undefined) return { file, command };
  const { CAIRN_MASTER_KEY_FILE: ofFile, CAIRN_MASTER_KEY_COMMAND: ofCommand } = process.env;
  // Compose files and charts set an empty variable if no value was given.
  return { file: ofFile === '' ? undefined : ofFile, command: ofCommand === '' ? undefined : ofCommand };
}

/** @throws UsageError */
function keyOf(source: MasterKeySource): Uint8Array | undefined {
  if (source.file !== undefined && source.command !== undefined)
    throw new UsageError('a key comes from a file or from a command, not from both');
  try {
    return masterKeyOf(source);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

async function checkPlace(place: string): Promise<void> {
  if (!isPostgres(place) && !(await isThere(join(place, 'cairn.sqlite'))))
    throw new UsageError(`there is no store in ${place}`);
}

async function withStore(
  place: string,
  key: MasterKeySource,
  terminal: Terminal,
  use: (store: Store) => Promise<number>,
): Promise<number> {
  await checkPlace(place);
  const masterKey = keyOf(key);
  return await orComplain(terminal, async () => {
    const store = await openStore(place, undefined, masterKey);
    try {
      return await use(store);
    } finally {
      await store.close();
    }
  });
}

/** A fault of a store is told in one line. */
async function orComplain(terminal: Terminal, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StoreError || error instanceof NoSqliteError)) throw error;
    await print(terminal.stderr, linesOf([error.message]));
    return 1;
  }
}

/** Checks every document of a store; each fault is a line. */
export async function checkStore(store: Store, terminal: Terminal): Promise<number> {
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
