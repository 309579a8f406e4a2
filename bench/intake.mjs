// The store under load, as `cairn serve --store` is shipped (npm run build first):
//   node bench/intake.mjs [--seconds 10] [--waiting 20000]
// Each row shows its target, too. Other programs on the machine make the figures worse: look at the printed load.
import { spawn } from 'node:child_process';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    waiting: { type: 'string' },
    serve: { type: 'string' },
    // `postgres://…`, empty: its claims are measured, too (npx tsx scripts/throw-away-postgres.ts makes one).
    postgres: { type: 'string' },
  },
});
const seconds = Number(values.seconds ?? 10);
const many = Number(values.waiting ?? 20_000);
const here = fileURLToPath(new URL('.', import.meta.url));

/** The client takes processor time from the service. node:http needs a third of the time of fetch. */
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

if (values.serve !== undefined) await serve(values.serve);
else await measure();

/** The service of a measurement. With `asleep` it converts nothing and uses no processor time, so that only the intake is measured. */
async function serve(how) {
  const { startService } = await import('../dist/service/server.js');
  const { loadSettings } = await import('../dist/service/settings/load.js');
  const converter = new URL(how === 'asleep' ? 'sleeping-converter.mjs' : '../dist/convert.js', import.meta.url).href;
  const { pino } = await import('pino');
  const service = await startService(loadSettings({ environment: process.env }), {
    converter,
    log: pino({ level: 'silent' }),
  });
  process.stdout.write(`${service.address}\n`);
  process.on('SIGTERM', () => void service.drain().then(() => process.exit(0)));
}

/** @param folder where the store is; undefined for none */
async function start(folder, how, settings = {}) {
  const started = performance.now();
  const child = spawn(process.execPath, [join(here, 'intake.mjs'), '--serve', how], {
    env: {
      ...process.env,
      PORT: '0',
      ...(folder === undefined ? {} : { CAIRN_STORE: folder }),
      CAIRN_LARGE_WORKERS: '0',
      CAIRN_INTAKE_MIN_FREE_MEGABYTES: '0',
      CAIRN_REQUESTS_PER_MINUTE: '1000000',
      CAIRN_INTAKE_MAX_WAITING: '1000000',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const address = await new Promise((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(String(data).trim()));
    child.once('close', () => reject(new Error('the service did not start')));
  });
  return {
    address,
    pid: child.pid,
    milliseconds: performance.now() - started,
    end: (signal = 'SIGKILL') =>
      new Promise((resolve) => {
        child.once('close', resolve);
        process.kill(signal === 'SIGKILL' ? -child.pid : child.pid, signal);
      }),
  };
}

/** The progress note as documents of different patients: one copy of its bytes, with other digits for each. */
function documents() {
  const digits = `${process.pid}`.padStart(7, '0');
  const numbered = ['PN-20240306-0082', 'PN-0082', 'MRN-338104', '999-41-3072'];
  let note = readFileSync(join(here, '../samples/progress-note.xml'), 'latin1');
  for (const [index, id] of numbered.entries()) note = note.replaceAll(id, `${index}#######-${digits}`);
  const places = [...note.matchAll(/#######/g)].map(({ index }) => index);
  const bytes = Buffer.from(note, 'latin1');
  let number = 0;
  return () => {
    const one = Buffer.from(bytes);
    const own = String(++number).padStart(7, '0');
    for (const place of places) one.write(own, place, 'latin1');
    return one;
  };
}

function post(address, body) {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/xml', 'Content-Length': body.length };
    const asked = request(`${address}/documents`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve({ status: response.statusCode, milliseconds: performance.now() - started }));
    });
    asked.once('error', reject);
    asked.end(body);
  });
}

async function load(address, clients, during, next) {
  const times = [];
  const until = performance.now() + during * 1000;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() < until) {
        const { status, milliseconds } = await post(address, next());
        if (status !== 202) throw new Error(`answered ${status}`);
        times.push(milliseconds);
      }
    }),
  );
  times.sort((one, other) => one - other);
  const at = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))];
  return { count: times.length, perSecond: times.length / during, p50: at(0.5), p99: at(0.99) };
}

async function storeOf(address) {
  return await (await fetch(`${address}/store`)).json();
}

/** Documents that are converted and stored a second, while some wait; a third of the time warms up. */
async function draining(address) {
  await delay((seconds * 1000) / 3);
  const started = performance.now();
  const before = (await storeOf(address)).states.converted ?? 0;
  for (;;) {
    await delay(100);
    const { waiting, states } = await storeOf(address);
    const elapsed = (performance.now() - started) / 1000;
    if (waiting === 0 || elapsed > seconds) return ((states.converted ?? 0) - before) / elapsed;
  }
}

function memoryOf(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

/** The time of one sync of this disk. On a slow disk it is most of the time of a 202. The targets are for a disk with 1 ms. */
function syncOf(folder) {
  const file = openSync(join(folder, 'sync'), 'w');
  const page = Buffer.alloc(8192);
  const times = Array.from({ length: 200 }, () => {
    const started = performance.now();
    writeSync(file, page);
    fdatasyncSync(file);
    return performance.now() - started;
  }).sort((one, other) => one - other);
  closeSync(file);
  return `${times[100].toFixed(1)}, ${times[198].toFixed(1)} ms`;
}

function sizeOf(folder) {
  return ['cairn.sqlite', 'cairn.sqlite-wal']
    .map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, size) => sum + size, 0);
}

/** Two nodes with eight clients at the same time, which take eight tasks each and put them back one by one. */
async function claims() {
  const { openStore } = await import('../dist/store/store.js');
  const nodes = [await openStore(values.postgres), await openStore(values.postgres)];
  const document = (number) => ({
    client: 'bench',
    bytes: Buffer.from(`<a>${number}</a>`),
    mediaType: 'application/xml',
    source: 'http',
    options: {},
  });
  for (let number = 0; number < 2000; number += 50)
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => nodes[0].of('').ask('accept', document(number + index), Date.now())),
    );
  const byEight = (work) => Promise.all(Array.from({ length: 8 }, (_, index) => work(nodes[index % 2])));
  const spent = { claiming: 0, puttingBack: 0 };
  let count = 0;
  while (spent.claiming + spent.puttingBack < seconds * 1000) {
    const claimed = [];
    let started = performance.now();
    await byEight(async (node) => {
      for (let tasks; (tasks = await node.ask('claim', ['convert'], 8, Date.now())).length > 0;) claimed.push(...tasks);
    });
    spent.claiming += performance.now() - started;
    count += claimed.length;
    started = performance.now();
    await byEight(async (node) => {
      for (let task; (task = claimed.pop()) !== undefined;) await node.of('').ask('release', task, 0);
    });
    spent.puttingBack += performance.now() - started;
  }
  for (const node of nodes) await node.close();
  return { claimed: (count / spent.claiming) * 1000, putBack: (count / spent.puttingBack) * 1000 };
}

async function measure() {
  const rows = [];
  const row = (what, measured, target) => {
    rows.push({ what, measured, target });
    console.log(`${what.padEnd(58)}${measured.padEnd(28)}${target}`);
  };
  console.log(
    `load of the machine before: ${loadavg()
      .map((one) => one.toFixed(1))
      .join(' ')}\n`,
  );
  const next = documents();
  const taking = mkdtempSync(join(tmpdir(), 'cairn-bench-'));
  const converting = mkdtempSync(join(tmpdir(), 'cairn-bench-'));
  try {
    row('one sync of this disk: p50, p99', syncOf(taking), '<= 1 ms');
    let service = await start(taking, 'asleep');
    const alone = await load(service.address, 32, seconds, next);
    row('accepted a second over HTTP, nothing else running', alone.perSecond.toFixed(0), '>= 600');
    while ((await storeOf(service.address)).waiting < many) await load(service.address, 32, 2, next);
    await service.end();
    service = await start(taking, 'asleep');
    const { waiting } = await storeOf(service.address);
    row(
      `start after kill -9 with ${waiting} waiting, to the first answer`,
      `${service.milliseconds.toFixed(0)} ms`,
      '<= 1000 ms',
    );
    await service.end();

    service = await start(undefined, 'real');
    await delay(2000);
    const without = memoryOf(service.pid);
    await service.end();
    service = await start(converting, 'real');
    await delay(2000);
    const idle = memoryOf(service.pid);
    const busy = await load(service.address, 8, seconds, next);
    row(
      '202 while converting, 8 clients: p50, p99',
      `${busy.p50.toFixed(1)}, ${busy.p99.toFixed(1)} ms`,
      '<= 40, 120 ms',
    );
    row('accepted a second while converting', busy.perSecond.toFixed(0), '');
    row('converted and stored a second, all workers', (await draining(service.address)).toFixed(1), '');
    const { states } = await storeOf(service.address);
    const total = Object.values(states).reduce((sum, count) => sum + count, 0);
    row(
      'on disk for a document (converted or not yet)',
      `${(sizeOf(converting) / total / 1024).toFixed(1)} KB`,
      '<= 30 KB',
    );
    row(
      'memory of the idle service: in all, added by the store',
      `${idle.toFixed(0)}, ${(idle - without).toFixed(0)} MB`,
      'added <= 40 MB',
    );
    await service.end();
    // Two processors may be one that is shared: what one worker does with the machine for itself is the figure of a core.
    service = await start(converting, 'real', { CAIRN_WORKERS: '1' });
    row('converted and stored a second, one worker', (await draining(service.address)).toFixed(1), '>= 35');
    await service.end();
    if (values.postgres !== undefined) {
      const { claimed, putBack } = await claims();
      row('claimed a second of one PostgreSQL, by eights', claimed.toFixed(0), '>= 5000');
      row('put back a second, one by one, eight at a time', putBack.toFixed(0), '');
    }
  } finally {
    for (const folder of [taking, converting]) rmSync(folder, { recursive: true, force: true });
  }
  console.log(
    `\nload of the machine after: ${loadavg()
      .map((one) => one.toFixed(1))
      .join(' ')}`,
  );
}
