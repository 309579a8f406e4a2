/**
 * Workers and the broker are killed while documents flow. `KAFKA_DRILL_KILLS=20 npx mocha test/service/kafka/drill.test.ts` (`npm run
 * drill:kafka`) for a longer one.
 */
import { expect } from 'chai';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createConverter } from '../../drill/converter.js';
import { writeJson } from '../../../src/bundle/write-json.js';
import { seeded } from '../../seeded.js';
import { newPlace, postgres } from '../../store/engines.js';
import { describeKafka, kafka, lagOf, newTopics, readUntil, send, type Read, type Topics } from './topics.js';

const main = fileURLToPath(new URL('../../drill/main.ts', import.meta.url));

const kills = Number(process.env.KAFKA_DRILL_KILLS ?? 1);
const PATIENTS = 8;
/** In a round. */
const DOCUMENTS = 160;
/** What no converter takes, among them. */
const REFUSED_EACH = 30;

const patientOf = (number: number): string => `p${number % PATIENTS}`;
const isRefused = (number: number): boolean => number % REFUSED_EACH === 7;
const textOf = (number: number): string =>
  isRefused(number)
    ? `<ClinicalDocument refuse="${number}"/>`
    : `<ClinicalDocument patient="${patientOf(number)}" number="${number}"/>`;

interface Worker {
  end(signal: NodeJS.Signals): Promise<void>;
}

/** As whoever runs it would: what does not start, since the broker is away, is started again. */
function startWorker(environment: Record<string, string>): Worker {
  let child: ChildProcess;
  let isWanted = true;
  const start = (): void => {
    child = spawn(process.execPath, ['--import', 'tsx', main], {
      env: { ...process.env, PORT: '0', CAIRN_WORKERS: '1', CAIRN_LARGE_WORKERS: '0', ...environment },
      stdio: 'ignore',
      // A group of its own, so that its workers die with it.
      detached: true,
    });
    child.once('close', () => {
      if (isWanted) start();
    });
  };
  start();
  return {
    async end(signal) {
      isWanted = false;
      const closed = once(child, 'close');
      try {
        process.kill(signal === 'SIGKILL' ? -child.pid! : child.pid!, signal);
        await closed;
      } catch {
        // It is gone already.
      }
    },
  };
}

/** One way of running Cairn: where it reads and writes, and what it is told. */
interface Way {
  readonly topics: Topics;
  readonly environment: Record<string, string>;
  /** Whether the messages of a patient come in the order of the documents. */
  readonly isOrdered: boolean;
}

/** Two workers each; one is killed and another comes, the broker is killed and comes back, again and again, while documents are sent. */
async function drill(ways: readonly Way[]): Promise<Read[][]> {
  const broker = await kafka();
  const random = seeded(1);
  const crews = ways.map(({ environment }) => [startWorker(environment), startWorker(environment)]);
  const each = async (work: (way: Way) => Promise<void>): Promise<unknown> => Promise.all(ways.map(work));
  try {
    for (let round = 0; round < kills; round++) {
      const numbers = Array.from({ length: DOCUMENTS }, (_none, index) => round * DOCUMENTS + index);
      const sending = each(({ topics }) =>
        send(
          topics.in,
          numbers.map((number) => ({ key: patientOf(number), value: textOf(number) })),
        ),
      );
      await each(async ({ topics }) => {
        await readUntil([topics.out], (all) => all.length > (round + 0.2) * DOCUMENTS);
      });
      await delay(random() * 300);
      for (const [index, crew] of crews.entries()) {
        await crew.shift()!.end('SIGKILL');
        crew.push(startWorker(ways[index]!.environment));
      }
      await delay(random() * 500);
      await broker.kill();
      await broker.restart();
      await sending;
    }
    return await Promise.all(
      ways.map(({ topics }) =>
        readUntil(
          [topics.out, topics.refused],
          (all) => new Set(all.map(({ value }) => String(value))).size >= DOCUMENTS * kills,
          120_000,
        ),
      ),
    );
  } finally {
    await Promise.all(crews.flat().map((worker) => worker.end('SIGTERM')));
  }
}

function judge({ topics, isOrdered }: Way, read: readonly Read[]): void {
  const converter = createConverter();
  const bundles = new Map<string, number>();
  const refusals = new Map<string, number>();
  for (let number = 0; number < DOCUMENTS * kills; number++) {
    const bytes = Buffer.from(textOf(number));
    if (isRefused(number)) refusals.set(textOf(number), number);
    else bundles.set(writeJson(converter.convert(bytes).bundle), number);
  }
  const told = read.filter(({ topic }) => topic === topics.out);
  const refused = read.filter(({ topic }) => topic === topics.refused);
  // Each with the very bytes that one process makes, each at least once, and nothing else.
  const numbers = told.map(({ value }) => bundles.get(String(value)) ?? -1);
  expect([...new Set(numbers)].sort((a, b) => a - b)).to.deep.equal([...bundles.values()]);
  expect(new Set(refused.map(({ value }) => refusals.get(String(value)) ?? -1))).to.deep.equal(
    new Set(refusals.values()),
  );
  for (const { headers } of refused) expect(JSON.parse(headers.outcome!)).to.have.property('issue');
  for (let patient = 0; patient < PATIENTS; patient++) {
    const own = told.flatMap(({ key, headers }, index) =>
      numbers[index]! % PATIENTS === patient ? [{ key, number: numbers[index]!, order: headers.order! }] : [],
    );
    expect(new Set(own.map(({ key }) => key)).size).to.equal(1);
    const byHeader = [...own].sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0));
    expectRising(byHeader.map(({ number }) => number));
    if (!isOrdered) continue;
    // What is done again is done in its order: the first tellings of each document are, and so are the last ones.
    const all = own.map(({ number }) => number);
    expectRising(all.filter((number, index) => all.indexOf(number) === index));
    expectRising(all.filter((number, index) => all.lastIndexOf(number) === index));
  }
  console.log(
    `      ${DOCUMENTS * kills} documents: ${told.length - bundles.size} Bundles and ${refused.length - refusals.size} refusals told twice`,
  );
}

function expectRising(numbers: readonly number[]): void {
  expect(numbers).to.deep.equal([...numbers].sort((a, b) => a - b));
}

describeKafka('workers that are killed, and a broker that is killed', function () {
  this.timeout(90_000 + 120_000 * kills);

  const common = async ({ in: topic }: Topics): Promise<Record<string, string>> => ({
    CAIRN_KAFKA_BROKERS: (await kafka()).address,
    CAIRN_KAFKA_TOPICS: topic,
    CAIRN_KAFKA_GROUP: `drill-${topic}`,
    CAIRN_KAFKA_SESSION_SECONDS: '2',
  });

  it('lose nothing, without a store and with a shared one, and keep the order of each patient', async () => {
    const ways = [await withoutStore(), ...(await withStore())];
    const read = await drill(ways);
    for (const [index, way] of ways.entries()) {
      judge(way, read[index]!);
      expect(await lagOf(way.environment.CAIRN_KAFKA_GROUP!, way.topics.in)).to.equal(0);
    }
  });

  async function withoutStore(): Promise<Way> {
    const topics = await newTopics();
    const environment = { ...(await common(topics)), CAIRN_ROLES: 'work', CAIRN_KAFKA_TO: topics.out };
    return { topics, environment, isOrdered: true };
  }

  async function withStore(): Promise<Way[]> {
    try {
      await postgres();
    } catch (error) {
      console.warn(`    skipped with a store: ${(error as Error).message}`);
      return [];
    }
    const { place } = await newPlace('PostgreSQL');
    const topics = await newTopics();
    const environment = await common(topics);
    const receiver = { kind: 'kafka', name: 'bundles', brokers: [environment.CAIRN_KAFKA_BROKERS], topic: topics.out };
    return [
      {
        topics,
        environment: { ...environment, CAIRN_STORE: place, CAIRN_RECEIVERS: JSON.stringify([receiver]) },
        // What a killed node had begun is taken over once its lease is over: the order is told by the header.
        isOrdered: false,
      },
    ];
  }
});
