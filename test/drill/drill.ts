/** Kills the service again and again while clients send and a receiver takes, and looks whether anything was lost. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openStore } from '../../src/store/store.js';
import type { CrashMoment } from '../../src/store/steps.js';
import { startDouble, type Double } from '../delivery/double.js';
import { idOf } from '../delivery/bundles.js';
import { seeded } from '../seeded.js';
import { newPlace, type Engine } from '../store/engines.js';
import { zipOf } from '../unwrap/make.js';

export type Kill = { readonly at: CrashMoment } | { readonly afterMilliseconds: number };

export interface Report {
  readonly acknowledged: number;
  /** Of what was acknowledged: not there, or with other bytes. */
  readonly lost: number;
  /** Converted more than once into the store. */
  readonly repeated: number;
  readonly undelivered: number;
  /** Patients of whom the receiver has something else than the newest document says. */
  readonly wrong: number;
  /** Documents that the receiver was sent more than once, harmlessly. */
  readonly kills: number;
  /** From the start of the process to its first answer, in milliseconds. */
  readonly starts: readonly number[];
  /** What `check` finds. */
  readonly faults: readonly string[];
}

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const PATIENTS = 4;
const CLIENTS = 4;

export interface DrillOptions {
  readonly kills: readonly Kill[];
  readonly seed: number;
  readonly engine: Engine;
  /** A second node that works on the same store all the time. */
  readonly hasMate?: boolean;
}

export async function drill({ kills, seed, engine, hasMate = false }: DrillOptions): Promise<Report> {
  const random = seeded(seed);
  const { place, remove } = await newPlace(engine);
  const double = await startDouble();
  const acknowledged = new Map<string, string>();
  const newest = new Map<string, number>();
  const starts: number[] = [];
  let number = 0;
  const mate = hasMate ? await start(place, double, '') : undefined;
  try {
    for (const kill of [...kills, undefined]) {
      double.faults = Array.from({ length: 10 }, () => faultBy(random()));
      const started = performance.now();
      const service = await start(place, double, kill !== undefined && 'at' in kill ? `${kill.at}:2` : '');
      starts.push(performance.now() - started);
      if (kill === undefined) {
        await settle(service.address, [...acknowledged.keys()]);
        const result = await judge(service.address, acknowledged, newest, double);
        await service.end('SIGTERM');
        await mate?.end('SIGTERM');
        return { ...result, kills: kills.length, starts, faults: await checkStore(place) };
      }
      if ('afterMilliseconds' in kill) setTimeout(() => void service.end('SIGKILL'), kill.afterMilliseconds);
      // It must come to that step however long that takes.
      await Promise.all(
        Array.from({ length: CLIENTS }, async () => {
          while (!service.isOver()) {
            const own = ++number;
            const { id, hash, documents } = await post(service.address, own, random() < 0.2);
            if (id !== undefined) acknowledged.set(id, hash);
            for (const one of id === undefined ? [] : documents) {
              newest.set(patientOf(one), Math.max(one, newest.get(patientOf(one)) ?? 0));
            }
          }
        }),
      );
    }
    throw new Error('unreachable');
  } finally {
    await mate?.end('SIGKILL');
    await double.close();
    remove();
  }
}

function faultBy(dice: number): Double['faults'][number] {
  if (dice < 0.1) return { status: 503, headers: { 'Retry-After': '1' } };
  if (dice < 0.2) return { status: 409 };
  if (dice < 0.3) return { cut: 'after' };
  return undefined;
}

const patientOf = (number: number): string => `p${number % PATIENTS}`;

const textOf = (number: number): string => `<ClinicalDocument patient="${patientOf(number)}" number="${number}"/>`;

/** One document, or an archive of two. */
async function post(address: string, number: number, isArchive: boolean) {
  const documents = isArchive ? [number, number + 100_000] : [number];
  const body = isArchive
    ? zipOf(documents.map((one) => ({ name: `${one}.xml`, data: Buffer.from(textOf(one)) })))
    : Buffer.from(textOf(number));
  const hash = createHash('sha256').update(body).digest('hex');
  try {
    const response = await fetch(`${address}/documents`, {
      method: 'POST',
      headers: { 'Content-Type': isArchive ? 'application/zip' : 'application/xml' },
      body,
      signal: AbortSignal.timeout(5000),
    });
    await response.arrayBuffer();
    const id = response.status === 202 ? response.headers.get('content-location')!.split('/')[2]! : undefined;
    return { id, hash, documents };
  } catch {
    await delay(20);
    return { id: undefined, hash, documents };
  }
}

interface Running {
  readonly address: string;
  isOver(): boolean;
  end(signal: NodeJS.Signals): Promise<void>;
}

async function start(place: string, double: Double, dieAt: string): Promise<Running> {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', main], {
    env: {
      ...process.env,
      PORT: '0',
      CAIRN_WORKERS: '1',
      CAIRN_LARGE_WORKERS: '0',
      CAIRN_STORE: place,
      CAIRN_INTAKE_MIN_FREE_MEGABYTES: '0',
      CAIRN_RECEIVERS: JSON.stringify([{ kind: 'fhir', name: 'double', url: double.url, timeoutSeconds: 2 }]),
      DRILL_DIE_AT: dieAt,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own, so that its workers die with it.
    detached: true,
  });
  let over = false;
  const closed = once(child, 'close').then(() => {
    over = true;
  });
  const [line] = (await Promise.race([once(child.stdout!, 'data'), closed.then(() => [''])])) as [Buffer | string];
  return {
    address: line.toString().trim(),
    isOver: () => over,
    async end(signal) {
      try {
        process.kill(signal === 'SIGKILL' ? -child.pid! : child.pid!, signal);
      } catch {
        // It is gone already.
      }
      if (signal === 'SIGTERM') setTimeout(() => void child.kill('SIGKILL'), 2000).unref();
      await closed;
    },
  };
}

/** A service whose database is busy says 503, and a client asks again. */
async function json<T>(address: string): Promise<T> {
  for (const until = Date.now() + 20_000; ;) {
    const response = await fetch(address);
    if (response.ok) return (await response.json()) as T;
    if (response.status !== 503 || Date.now() > until) throw new Error(`${response.status}: ${await response.text()}`);
    await delay(500);
  }
}

interface Task {
  readonly businessStatus: { readonly text: string };
  readonly output?: readonly {
    readonly type: { readonly text: string };
    readonly valueReference?: { readonly reference: string };
  }[];
}

/** Waits until nothing moves any more. */
async function settle(address: string, ids: readonly string[]): Promise<void> {
  for (const until = Date.now() + 120_000; Date.now() < until;) {
    await delay(100);
    const [receiver] = await json<{ waiting: number }[]>(`${address}/receivers`);
    const lists = await Promise.all(
      ['received', 'converting', 'converted'].map((state) =>
        json<{ entry?: unknown[] }>(`${address}/documents?state=${state}&_count=1`),
      ),
    );
    if (receiver!.waiting === 0 && lists.every(({ entry = [] }) => entry.length === 0)) return;
  }
  throw new Error(`not settled: ${ids.length} documents`);
}

async function judge(
  address: string,
  acknowledged: ReadonlyMap<string, string>,
  newest: ReadonlyMap<string, number>,
  double: Double,
): Promise<Pick<Report, 'acknowledged' | 'lost' | 'repeated' | 'undelivered' | 'wrong'>> {
  let [lost, repeated, undelivered, wrong] = [0, 0, 0, 0];
  const documents: string[] = [];
  for (const [id, hash] of acknowledged) {
    const response = await fetch(`${address}/documents/${id}/$source`);
    const bytes = Buffer.from(await response.arrayBuffer());
    if (createHash('sha256').update(bytes).digest('hex') !== hash) lost++;
    const { businessStatus, output = [] } = await json<Task>(`${address}/documents/${id}`);
    const parts = output.filter(({ type }) => type.text === 'document');
    if (businessStatus.text === 'opened' && parts.length !== 2) lost++;
    if (businessStatus.text === 'opened')
      documents.push(...parts.map(({ valueReference }) => valueReference!.reference.replace('Task/', '')));
    else documents.push(id);
  }
  for (const id of documents) {
    const events = await json<{ what: string }[]>(`${address}/documents/${id}/$events`);
    const count = (what: string): number => events.filter((event) => event.what === what).length;
    if (count('converted') !== 1) repeated++;
    if (count('delivered') !== 1) undelivered++;
  }
  for (const [patient, number] of newest) {
    const observation = double.resources.get(`Observation/${idOf(`${patient} latest`)}`);
    // What was not acknowledged may be there, too, and newer.
    const told = Number(/"text":"(\d+)"/.exec(observation ?? '')?.[1] ?? -1);
    if (told < number) wrong++;
  }
  return { acknowledged: acknowledged.size, lost, repeated, undelivered, wrong };
}

/** The database as SQLite and Cairn see it, once nobody has it. */
async function checkStore(place: string): Promise<string[]> {
  const store = await openStore(place, new URL('../store/source-thread.mjs', import.meta.url));
  const { faults } = await store.ask('check', '', 1_000_000);
  const found = [...(await store.integrity()), ...faults];
  await store.close();
  return found;
}
