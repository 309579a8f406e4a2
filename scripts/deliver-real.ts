/**
 * Delivers documents to a real FHIR server, twice: nothing may be refused, and the second time nothing is sent.
 *
 *   npm run deliver:real -- --url http://127.0.0.1:8080/fhir      a server that runs
 *   npm run deliver:real -- --war ../hapi/ROOT.war                the war of HAPI's JPA starter, started here over a PostgreSQL of its own
 *   npm run deliver:real                                          neither: CAIRN_REAL_FHIR_URL, CAIRN_REAL_FHIR_WAR, or the receiver of our tests
 *
 * [--folder DIR] takes other documents than the samples and the corpus, [--sample N] some of them, [--lanes 4] so many at once. A bucket
 * (moto) and a topic (Kafka) take them, too, where they can be had. The service runs as it is shipped: `npm run build` first.
 */
import { freePort } from './free-port.js';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { AwsClient } from 'aws4fetch';
import type { OperationOutcome, Parameters } from 'fhir/r4.js';
import { startDouble } from '../test/delivery/double.js';
import { documents, sampleSize } from './documents.js';
import { startKafka } from './throw-away-kafka.js';
import { startPostgres } from './throw-away-postgres.js';

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    war: { type: 'string' },
    folder: { type: 'string' },
    sample: { type: 'string' },
    lanes: { type: 'string', default: '4' },
    minutes: { type: 'string', default: '60' },
  },
});
const program = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const clients = Number(values.lanes);
const deadline = Date.now() + Number(values.minutes) * 60_000;

/** A receiver of documents, and a way to stop it. */
interface Target {
  readonly receiver: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly stop: () => unknown;
}

type Entries = Readonly<Record<string, number>>;

const targets: Target[] = [];
const folder = mkdtempSync(join(tmpdir(), 'cairn-deliver-'));
let service: ChildProcess | undefined;
try {
  process.exitCode = await main();
} finally {
  service?.kill('SIGKILL');
  for (const { stop } of targets) await stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit();

async function main(): Promise<number> {
  if (!existsSync(program)) throw new Error('there is no build: npm run build');
  const files = values.folder === undefined ? documents(sampleSize(values.sample)) : filesIn(values.folder);
  for (const open of [fhirServer, bucket, kafkaTopic]) {
    const target = await open();
    if (target !== undefined) targets.push(target);
  }
  for (const { text } of targets) console.log(text);
  const address = await startService();

  const started = performance.now();
  const refusedHere = await postAll(address, files);
  await settled(address);
  const firstSeconds = (performance.now() - started) / 1000;
  const first = await entriesSent(address);
  const again = performance.now();
  await deliverAgain(address);
  await settled(address);
  const secondSeconds = (performance.now() - again) / 1000;
  const second = await entriesSent(address);

  console.log(
    `${files.length} files; ${refusedHere} cannot be converted (the service says why; this does not count here)`,
  );
  let faults = 0;
  for (const { receiver } of targets) {
    const name = String(receiver.name);
    const [one = {}, two = {}] = [first.get(name), second.get(name)];
    const { state, dead } = await receiverOf(address, name);
    const sentAgain = (two.sent ?? 0) - (one.sent ?? 0);
    console.log(
      `${name}: first ${countsOf(one)}; second ${sentAgain} sent, ${(two.same ?? 0) - (one.same ?? 0)} the same; ${dead} refused; ${state}`,
    );
    for (const line of await reasonsOf(address, name)) console.log(`  ${line}`);
    if (dead > 0 || sentAgain > 0 || state !== 'up') faults++;
  }
  console.log(`first ${firstSeconds.toFixed(1)} s, second ${secondSeconds.toFixed(1)} s; ${await outcomesOf(address)}`);
  console.log(faults === 0 ? 'Nothing refused, and nothing sent twice.' : 'FAILED: see above.');
  return faults === 0 ? 0 : 1;
}

function filesIn(path: string): string[] {
  const all = readdirSync(path, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const size = sampleSize(values.sample) ?? all.length;
  return all.filter((_file, index) => index % Math.ceil(all.length / size) === 0);
}

async function fhirServer(): Promise<Target> {
  const url = values.url ?? process.env.CAIRN_REAL_FHIR_URL;
  const war = values.war ?? process.env.CAIRN_REAL_FHIR_WAR;
  const receiver = (at: string) => ({ kind: 'fhir', name: 'fhir', url: at, lanes: clients, timeoutSeconds: 300 });
  if (url !== undefined) return { receiver: receiver(url), text: `fhir: ${url}`, stop: () => undefined };
  if (war !== undefined) {
    const hapi = await startHapi(war);
    return { receiver: receiver(hapi.url), text: `fhir: HAPI of ${basename(war)}`, stop: hapi.stop };
  }
  const double = await startDouble();
  return {
    receiver: receiver(double.url),
    text: 'fhir: NO REAL SERVER (no --url, no --war); the receiver of our tests stands in for one',
    stop: () => double.close(),
  };
}

/** Over a PostgreSQL of its own where there is one: over the H2 that it brings it starts three times as slowly. */
async function startHapi(war: string): Promise<{ url: string; stop: () => void }> {
  const [port, databasePort] = [await freePort(), await freePort()];
  const postgres = await startPostgres({ port: databasePort }).catch(() => undefined);
  const database = await postgres?.database();
  const settings =
    database === undefined
      ? []
      : [
          `--spring.datasource.url=jdbc:postgresql://127.0.0.1:${databasePort}/${/\/(\w+)\?/.exec(database)![1]!}`,
          '--spring.datasource.username=cairn',
          '--spring.datasource.password=x',
          '--spring.datasource.driver-class-name=org.postgresql.Driver',
          '--spring.jpa.properties.hibernate.dialect=ca.uhn.fhir.jpa.model.dialect.HapiFhirPostgresDialect',
        ];
  const java = spawn(
    'java',
    [
      ...['-Xmx2g', '-XX:TieredStopAtLevel=1', '-jar', resolve(war), `--server.port=${port}`],
      ...['--server.address=127.0.0.1', '--spring.ai.mcp.server.enabled=false', ...settings],
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const said: string[] = [];
  for (const stream of [java.stdout, java.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      said.push(line);
      if (said.length > 20) said.shift();
    });
  }
  const stop = (): void => {
    java.kill('SIGKILL');
    postgres?.stop();
  };
  process.on('exit', stop);
  const url = `http://127.0.0.1:${port}/fhir`;
  const isUp = async (): Promise<boolean> => {
    const answer = await fetch(`${url}/metadata`).catch(() => undefined);
    return answer?.ok === true;
  };
  while (!(await isUp())) {
    if (java.exitCode !== null || Date.now() > deadline) throw new Error(`HAPI did not start:\n${said.join('\n')}`);
    await delay(1000);
  }
  return { url, stop };
}

/** A bucket of moto (`pip install 'moto[server,s3]'`). */
async function bucket(): Promise<Target | undefined> {
  if (spawnSync('moto_server', ['--help']).status !== 0) {
    console.log('s3: SKIPPED, moto is not installed');
    return undefined;
  }
  const url = `http://127.0.0.1:${await freePort()}`;
  const moto = spawn('moto_server', ['-H', '127.0.0.1', '-p', new URL(url).port], { stdio: 'ignore' });
  const login = { accessKeyId: 'id', secretAccessKey: 'secret', region: 'us-east-1', service: 's3', retries: 0 };
  const client = new AwsClient(login);
  const isMade = async (): Promise<boolean> => {
    const answer = await client.fetch(`${url}/bucket`, { method: 'PUT' }).catch(() => undefined);
    return answer?.ok === true;
  };
  while (!(await isMade())) await delay(200);
  const secretKeyFile = join(folder, 's3');
  writeFileSync(secretKeyFile, login.secretAccessKey);
  return {
    receiver: { kind: 's3', name: 's3', url: `${url}/bucket`, accessKeyId: 'id', secretKeyFile, lanes: clients },
    text: 's3: moto',
    stop: () => moto.kill(),
  };
}

async function kafkaTopic(): Promise<Target | undefined> {
  try {
    const kafka = await startKafka();
    await kafka.createTopics(['bundles']);
    const receiver = { kind: 'kafka', name: 'kafka', brokers: [kafka.address], topic: 'bundles', lanes: clients };
    return {
      receiver,
      text: 'kafka: a broker of its own',
      stop: () => {
        kafka.stop();
      },
    };
  } catch (error) {
    console.log(`kafka: SKIPPED, ${(error as Error).message}`);
    return undefined;
  }
}

async function startService(): Promise<string> {
  const child = spawn(process.execPath, [program, 'serve'], {
    env: {
      ...process.env,
      PORT: '0',
      CAIRN_STORE: join(folder, 'store'),
      CAIRN_INTAKE_MIN_FREE_MEGABYTES: '0',
      // Samples share ids; what is judged here is delivery.
      CAIRN_INTAKE_HOLD_REUSED_IDS: 'false',
      CAIRN_REQUESTS_PER_MINUTE: '1000000',
      CAIRN_RECEIVERS: JSON.stringify(
        targets.map(({ receiver }) => ({ ...receiver, confidentiality: ['R', 'V'], deliverWithinHours: 1 })),
      ),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  service = child;
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const { msg, address } = JSON.parse(line) as { msg?: string; address?: string };
    if (msg !== 'listening' || address === undefined) continue;
    // Nobody reads on; the pipe must not fill.
    child.stdout.resume();
    return address;
  }
  throw new Error('the service did not start');
}

/** As several feeds at once; how many are none that can be converted. */
async function postAll(address: string, files: readonly string[]): Promise<number> {
  const waiting = [...files];
  const places: string[] = [];
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
        const response = await fetch(`${address}/documents`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/octet-stream' },
          body: readFileSync(file),
        });
        await response.arrayBuffer();
        if (!response.ok) throw new Error(`${relative('.', file)}: ${response.status}`);
        places.push(response.headers.get('content-location')!);
      }
    }),
  );
  await settled(address);
  let refused = 0;
  for (const place of new Set(places)) {
    const { status } = await json<{ status: string }>(`${address}${place.replace('/$status', '')}`);
    if (status !== 'completed') refused++;
  }
  return refused;
}

interface ReceiverState {
  readonly name: string;
  readonly state: string;
  readonly waiting: number;
  readonly dead: number;
  readonly reason?: string | null;
}

/** Until nothing waits to be converted or delivered. */
async function settled(address: string): Promise<void> {
  for (let quiet = 0; quiet < 3;) {
    await delay(300);
    if (Date.now() > deadline) throw new Error('it takes too long (--minutes)');
    const receivers = await json<ReceiverState[]>(`${address}/receivers`);
    const paused = receivers.find(({ state }) => state === 'paused');
    if (paused !== undefined) throw new Error(`${paused.name} is paused: ${paused.reason ?? ''}`);
    const { states } = await json<{ states: Entries }>(`${address}/store`);
    const open = (states.received ?? 0) + (states.converting ?? 0) + (states.converted ?? 0);
    quiet = open === 0 && receivers.every(({ waiting }) => waiting === 0) ? quiet + 1 : 0;
  }
}

/** All that there is, to all receivers. */
async function deliverAgain(address: string): Promise<void> {
  const asked: Parameters = { resourceType: 'Parameters', parameter: [{ name: 'action', valueCode: 'deliver' }] };
  const response = await fetch(`${address}/$replay`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/fhir+json' },
    body: JSON.stringify(asked),
  });
  await response.arrayBuffer();
  const place = response.headers.get('content-location');
  if (place === null) throw new Error(`$replay answers ${response.status}`);
  while ((await fetch(new URL(place, address))).status === 202) await delay(300);
}

/** For each receiver: how much was sent, was already there, was older than what was there, or was removed. */
async function entriesSent(address: string): Promise<Map<string, Record<string, number>>> {
  const counts = new Map<string, Record<string, number>>();
  const metrics = await (await fetch(`${address}/metrics`)).text();
  for (const [, name, what, count] of metrics.matchAll(
    /^cairn_delivery_entries_total\{receiver="([^"]+)",what="(\w+)"\} (\d+)/gm,
  )) {
    counts.set(name!, { ...counts.get(name!), [what!]: Number(count) });
  }
  return counts;
}

/** How deliveries ended, including tries that were repeated. */
async function outcomesOf(address: string): Promise<string> {
  const metrics = await (await fetch(`${address}/metrics`)).text();
  const found = metrics.matchAll(/^cairn_deliveries_total\{receiver="([^"]+)",outcome="(\w+)"\} (\d+)/gm);
  return [...found].map(([, name, outcome, count]) => `${name!} ${outcome!} ${count!}`).join(', ');
}

async function receiverOf(address: string, name: string): Promise<ReceiverState> {
  const receivers = await json<ReceiverState[]>(`${address}/receivers`);
  return receivers.find((one) => one.name === name)!;
}

/** Why documents were refused, one line for each reason. */
async function reasonsOf(address: string, name: string): Promise<string[]> {
  const letters = await json<{ status?: number; outcome?: OperationOutcome | null }[]>(
    `${address}/receivers/${name}/$dead`,
  );
  const counts = new Map<string, number>();
  for (const { status, outcome } of Array.isArray(letters) ? letters : []) {
    const text = outcome?.issue[0]?.diagnostics ?? outcome?.issue[0]?.details?.text ?? '';
    const line = `${status ?? 'no answer'} ${text.slice(0, 300)}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].map(([line, count]) => `${count} x ${line}`);
}

function countsOf({ sent = 0, same = 0, older = 0, removed = 0 }: Entries): string {
  return `${sent} sent, ${same} the same, ${older} older, ${removed} removed`;
}

async function json<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T;
}
