/**
 * The service under load, beside another converter behind a bare express route, in one run.
 *
 *   node run.mjs [--seconds 10] [--folder ../../samples] [--skip large,medplum]
 *
 * 1. One core: the whole service (its own process and one worker) on core 0, the clients on core 1.
 * 2. All cores: one worker a core, the clients on the same cores.
 * 3. Latency at 80 % of what 2. reached.
 * 4. Latency of the same documents at 30 % while another client converts documents of 50 MB, one after the other.
 * 5. The other converter, as 1.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { arrive } from './arrivals.mjs';
import { fire, table } from './load.mjs';
import { largeDocument, smallDocuments } from './documents.mjs';
import { startCairn, startMedplum } from './servers.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    folder: { type: 'string', default: new URL('../../samples', import.meta.url).pathname },
    skip: { type: 'string', default: '' },
  },
});
const seconds = Number(values.seconds);
const skip = values.skip.split(',');
const cores = availableParallelism();
const documents = smallDocuments(values.folder);
const mean = documents.reduce((sum, { length }) => sum + length, 0) / documents.length;
console.log(
  `${documents.length} documents of ${(mean / 1000).toFixed(0)} kB on average; ${cores} cores; Node ${process.version}\n`,
);

async function rising(title, start) {
  const server = await start();
  const rows = [];
  try {
    await fire(server, documents, { seconds: Math.min(5, seconds), connections: cores });
    for (const connections of [1, 2, 4, 8, 16, 32]) {
      rows.push({ connections, ...(await fire(server, documents, { seconds, connections })) });
    }
  } finally {
    await server.stop();
  }
  table(title, rows);
  return Math.max(...rows.map((row) => row.perSecond));
}

const one = await rising('Cairn, one core (service and one worker on core 0, clients on core 1)', () =>
  startCairn({ workers: 1, core: 0 }),
);
const all = await rising(`Cairn, all ${cores} cores (shared with the clients)`, () => startCairn({ workers: cores }));
console.log(`all cores are ${(all / one).toFixed(2)} times one core\n`);

const server = await startCairn({ workers: cores });
try {
  await fire(server, documents, { seconds: Math.min(5, seconds), connections: cores * 2 });
  const steady = await arrive(server, documents, { seconds: seconds * 3, perSecond: all * 0.8 });
  table('Cairn at 80 % of the most that it reached, requests arriving at random', [{ connections: '-', ...steady }]);
  console.log(`p99 is ${(steady.p99 / steady.p50).toFixed(1)} times the median\n`);

  if (!skip.includes('large')) {
    const perSecond = all * 0.3;
    const quiet = await arrive(server, documents, { seconds: seconds * 3, perSecond });
    const large = largeDocument();
    let stop = false;
    let converted = 0;
    const another = (async () => {
      while (!stop) {
        const headers = { 'Content-Type': 'application/xml' };
        const response = await fetch(`${server.address}/convert`, { method: 'POST', headers, body: large });
        await response.arrayBuffer();
        if (response.ok) converted++;
        else throw new Error(`the large document got ${response.status}`);
      }
    })();
    const crowded = await arrive(server, documents, { seconds: seconds * 5, perSecond });
    stop = true;
    await another;
    const size = (large.length / 1e6).toFixed(0);
    table(
      `Cairn at 30 %, then the same while documents of ${size} MB are converted one after the other (${converted})`,
      [
        { connections: '-', ...quiet },
        { connections: '-', ...crowded },
      ],
    );
    console.log(`p99 is ${(crowded.p99 / quiet.p99).toFixed(1)} times what it was without them\n`);
  }
} finally {
  await server.stop();
}

if (!skip.includes('medplum')) {
  const other = await rising('@medplum/ccda behind a bare express route, one core', () => startMedplum({ core: 0 }));
  console.log(`Cairn on one core serves ${(one / other).toFixed(1)} times as many`);
}
