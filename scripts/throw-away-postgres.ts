/**
 * A PostgreSQL of the tests' own: made in a temporary folder, reached by a socket in it, gone with its process. It syncs like any
 * other, since Cairn refuses one that does not.
 *
 *   npx tsx scripts/throw-away-postgres.ts     starts one and says its address, until Ctrl-C
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

export interface ThrowAwayPostgres {
  /** The address of a database that nobody else has. */
  database(): Promise<string>;
  /** SIGKILL to the server and all its processes. */
  kill(): Promise<void>;
  /** After `kill`. */
  restart(): Promise<void>;
  stop(): void;
}

/** The owner of the databases. It is no superuser, because row security does not hold for superusers. */
const KEEPER = 'keeper';

/** PostgreSQL does not run as root: these users own nothing else. */
const USERS = ['postgres', 'nobody'];

/**
 * @param port of 127.0.0.1, for clients that know no socket in a folder
 * @throws Error with the reason where there is none on this machine
 */
export async function startPostgres({ port }: { readonly port?: number } = {}): Promise<ThrowAwayPostgres> {
  const programs = findPrograms();
  if (programs === undefined) throw new Error('there is no PostgreSQL on this machine (no initdb in PATH or /usr/lib)');
  const owner = findOwner();
  const folder = mkdtempSync(join(tmpdir(), 'cairn-postgres-'));
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const made = spawnSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'cairn', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
    { ...owner, encoding: 'utf8', cwd: folder },
  );
  if (made.status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`initdb failed: ${made.stderr.trim().split('\n').at(-1) ?? ''}`);
  }
  const address = (name: string, user = 'cairn'): string =>
    `postgres:///${name}?host=${folder}&user=${user}${port === undefined ? '' : `&port=${port}`}`;
  let server: ChildProcess | undefined;
  let count = 0;

  function spawnServer(): void {
    const listening = port === undefined ? ['listen_addresses='] : ['listen_addresses=127.0.0.1', `port=${port}`];
    const settings = [...listening, 'max_connections=200', 'shared_buffers=64MB', 'max_wal_size=256MB'];
    // The shell waits for input that nobody writes. It goes on when this process has ended, in whatever way.
    const script = `"$@" & server=$!; cat; kill -QUIT $server; wait $server; rm -rf "${folder}"`;
    server = spawn(
      'sh',
      [
        '-c',
        script,
        'sh',
        join(programs!, 'postgres'),
        '-D',
        data,
        '-k',
        folder,
        ...settings.flatMap((one) => ['-c', one]),
      ],
      // A process group of its own, so that it can be killed as a whole.
      { ...owner, cwd: folder, stdio: ['pipe', 'ignore', 'ignore'], detached: true },
    );
    (server.stdin as Socket).unref();
    server.unref();
  }

  async function start(): Promise<void> {
    spawnServer();
    let again = Date.now() + 1000;
    for (const until = Date.now() + 60_000; ;) {
      const client = new pg.Client({ connectionString: address('postgres') });
      try {
        await client.connect();
        await client.end();
        return;
      } catch (error) {
        await client.end().catch(() => undefined);
        if (Date.now() > until) throw error;
        // It refuses to start while a process of a server that was killed still holds its memory.
        if (Date.now() > again && !isRunning(data)) {
          signal('SIGKILL');
          spawnServer();
          again = Date.now() + 1000;
        }
        await delay(50);
      }
    }
  }

  function signal(name: NodeJS.Signals): void {
    try {
      if (server?.pid !== undefined) process.kill(-server.pid, name);
    } catch {
      // It is gone already.
    }
  }

  function stop(): void {
    process.off('exit', stop);
    signal('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  process.on('exit', stop);
  try {
    await start();
  } catch (error) {
    stop();
    throw error;
  }
  return {
    async database() {
      const name = `cairn_${++count}`;
      const client = new pg.Client({ connectionString: address('postgres') });
      await client.connect();
      if (count === 1) await client.query(`create role ${KEEPER} login`);
      await client.query(`create database ${name} owner ${KEEPER}`);
      await client.end();
      return address(name, KEEPER);
    },
    async kill() {
      const ended = new Promise((resolve) => server?.once('exit', resolve));
      signal('SIGKILL');
      await ended;
    },
    restart: start,
    stop,
  };
}

/** Whether the process that the data belong to is there; its number is the first line of its lock file. */
function isRunning(data: string): boolean {
  try {
    process.kill(Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]), 0);
    return true;
  } catch {
    return false;
  }
}

function findPrograms(): string | undefined {
  const roots = ['/usr/lib/postgresql', '/usr/local/lib/postgresql', '/opt/homebrew/opt'];
  const found = roots.flatMap((root) =>
    existsSync(root) ? readdirSync(root).map((name) => join(root, name, 'bin')) : [],
  );
  const places = [...(process.env.PATH ?? '').split(delimiter), ...found.sort().reverse()];
  return places.find((place) => existsSync(join(place, 'initdb')) && existsSync(join(place, 'postgres')));
}

function findOwner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of USERS) {
    const [uid, gid] = ['-u', '-g'].map((option) => spawnSync('id', [option, user], { encoding: 'utf8' }));
    if (uid!.status === 0 && gid!.status === 0) return { uid: Number(uid!.stdout), gid: Number(gid!.stdout) };
  }
  throw new Error('PostgreSQL does not run as root, and there is no other user to run it as');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await startPostgres();
  process.stdout.write(`${await server.database()}\n`);
  process.on('SIGINT', () => {
    server.stop();
    process.exit();
  });
  setInterval(() => undefined, 1 << 30);
}
