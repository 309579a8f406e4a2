/** One broker for all the tests of a run, and what is written to and read from its topics. */
import { Consumer, ProduceAcks, Producer } from '@platformatic/kafka';
import { setTimeout as delay } from 'node:timers/promises';
import { startKafka, type ThrowAwayKafka } from '../../../scripts/throw-away-kafka.js';

let broker: Promise<ThrowAwayKafka> | undefined;
let count = 0;

/** `describeKafka('a topic', () => { … })`: skipped, aloud, where there is no Java, no Maven, or Kafka can't be had. */
export function describeKafka(title: string, tests: (this: Mocha.Suite) => void): void {
  describe(title, function () {
    this.timeout(120_000);
    before(async function () {
      try {
        await kafka();
      } catch (error) {
        console.warn(`    skipped: ${(error as Error).message}`);
        this.skip();
      }
    });
    tests.call(this);
  });
}

/** It ends with the tests. */
export function kafka(): Promise<ThrowAwayKafka> {
  return (broker ??= startKafka());
}

/** Topics of a test's own. */
export interface Topics {
  readonly in: string;
  readonly out: string;
  readonly refused: string;
}

export async function newTopics(partitions?: number): Promise<Topics> {
  const name = `test-${++count}`;
  const topics = { in: name, out: `${name}-bundles`, refused: `${name}.refused` };
  await (await kafka()).createTopics(Object.values(topics), partitions);
  return topics;
}

export interface Sent {
  readonly key: string;
  readonly value: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function send(topic: string, messages: readonly Sent[]): Promise<void> {
  const { address } = await kafka();
  const producer = new Producer({ clientId: 'test', bootstrapBrokers: [address], retries: 20, retryDelay: 250 });
  try {
    for (const { key, value, headers = {} } of messages) {
      await producer.send({
        acks: ProduceAcks.ALL,
        messages: [
          {
            topic,
            key: Buffer.from(key),
            value: Buffer.from(value),
            headers: new Map(
              Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)] as const),
            ),
          },
        ],
      });
    }
  } finally {
    await producer.close();
  }
}

export interface Read {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** All that is in the topics, from their beginning, as often as it is looked at, until it is enough. */
export async function readUntil(
  topics: readonly string[],
  isEnough: (read: readonly Read[]) => boolean,
  milliseconds = 60_000,
): Promise<Read[]> {
  const read: Read[] = [];
  for (const until = Date.now() + milliseconds; ;) {
    try {
      await readOnce(topics, read, isEnough, until);
      return read;
    } catch (error) {
      // The broker may be away for a while; then all is read anew.
      if (Date.now() > until) throw error;
      read.length = 0;
      await delay(250);
    }
  }
}

async function readOnce(
  topics: readonly string[],
  read: Read[],
  isEnough: (read: readonly Read[]) => boolean,
  until: number,
): Promise<void> {
  const { address } = await kafka();
  const consumer = new Consumer({
    clientId: 'test',
    groupId: `test-${Date.now()}-${++count}`,
    bootstrapBrokers: [address],
    autocommit: false,
    maxWaitTime: 100,
    retries: 0,
  });
  consumer.on('error', () => undefined);
  try {
    const stream = await consumer.consume({ topics: [...topics], mode: 'earliest' });
    const late = setTimeout(
      () => {
        stream.destroy(new Error(`not enough: ${read.length} messages`));
      },
      Math.max(1, until - Date.now()),
    );
    try {
      if (isEnough(read)) return;
      for await (const { topic, partition, key, value, headers } of stream) {
        read.push({
          topic,
          partition,
          key: String(key),
          value,
          headers: Object.fromEntries([...headers].map(([name, text]) => [String(name), String(text)])),
        });
        if (isEnough(read)) return;
      }
    } finally {
      clearTimeout(late);
    }
  } finally {
    await new Promise<void>((resolve) => {
      consumer.close(true, () => {
        resolve();
      });
    });
  }
}

/** How many messages of a topic a group has not done yet. */
export async function lagOf(group: string, topic: string): Promise<number> {
  const { address } = await kafka();
  const consumer = new Consumer({ clientId: 'test', groupId: group, bootstrapBrokers: [address] });
  try {
    const ends = (await consumer.listOffsets({ topics: [topic] })).get(topic) ?? [];
    const partitions = ends.map((_end, index) => index);
    const committed = (await consumer.listCommittedOffsets({ topics: [{ topic, partitions }] })).get(topic) ?? [];
    return ends.reduce((sum, end, index) => {
      const done = committed[index] ?? -1n;
      return sum + Number(end) - (done < 0n ? 0 : Number(done));
    }, 0);
  } finally {
    await consumer.close();
  }
}
