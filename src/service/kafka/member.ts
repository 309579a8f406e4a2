/** A member of a consumer group. It joins, reads, and joins again after any failure, until it is told to stop. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, MessagesStream } from '@platformatic/kafka';
import { clientOptions, type KafkaClient, type KafkaConnection } from '../../delivery/kafka/connection.js';
import { messageFrom } from './message.js';
import { createShare, type Share, type Work } from './share.js';

export interface MemberOptions<T> {
  readonly kafka: KafkaClient;
  readonly connection: KafkaConnection;
  readonly group: string;
  readonly topics: readonly string[];
  /** Where to begin in a partition for which the group has committed nothing. */
  readonly from: 'earliest' | 'latest';
  /** A member that is silent for so long counts as gone, and others get its partitions. */
  readonly sessionMilliseconds: number;
  readonly work: Work<T>;
  readonly width: number;
  /** Called when the member has joined and has its partitions. */
  readonly onJoined: (partitions: number) => void;
  /** Called when something failed that is tried again. */
  readonly onTrouble: (what: 'connection' | 'message', error: unknown) => void;
}

export interface Member {
  readonly isJoined: boolean;
  /** How many messages of this member's partitions are not yet committed; undefined if that is not known. */
  lag(): Promise<number | undefined>;
  /** Finishes the running work, commits it and leaves the group. */
  stop(): Promise<void>;
}

type Stream = MessagesStream<Buffer, Buffer, Buffer, Buffer>;

/** What a session is reading, and what it will read next. */
interface Reading {
  stream: Stream | undefined;
  next: Promise<Stream> | undefined;
  lost: { readonly error: unknown } | undefined;
}

const FIRST_WAIT_MILLISECONDS = 500;
const LONGEST_WAIT_MILLISECONDS = 10_000;

/** How long a request waits for messages before it comes back empty. */
const FETCH_MILLISECONDS = 1000;

/** How many bytes are asked for at once. A single message may be larger. */
const FETCH_BYTES = 8_000_000;

export function startMember<T>(options: MemberOptions<T>): Member {
  const { topics, onJoined, onTrouble } = options;
  const stopped = new AbortController();
  const state = {
    consumer: undefined as Consumer | undefined,
    share: undefined as Share | undefined,
    isJoined: false,
    /** By topic and partition: the offset up to which all is done. */
    committed: new Map<string, bigint>(),
  };
  const isStopped = (): boolean => stopped.signal.aborted;
  const running = run();

  async function run(): Promise<void> {
    let wait = FIRST_WAIT_MILLISECONDS;
    while (!isStopped()) {
      const started = Date.now();
      try {
        await session();
      } catch (error) {
        if (!isStopped()) onTrouble('connection', error);
      }
      if (Date.now() - started > LONGEST_WAIT_MILLISECONDS) wait = FIRST_WAIT_MILLISECONDS;
      await delay(wait, undefined, { signal: stopped.signal }).catch(() => undefined);
      wait = Math.min(wait * 2, LONGEST_WAIT_MILLISECONDS);
    }
  }

  /**
   * One session: joins the group, and reads until the connection is lost or the member stops.
   * @throws the client's error
   */
  async function session(): Promise<void> {
    const consumer = createConsumer(options);
    state.consumer = consumer;
    const reading: Reading = { stream: undefined, next: undefined, lost: undefined };
    const lose = (error: unknown): void => {
      reading.lost ??= { error };
      reading.stream?.destroy();
    };
    const consume = (): Promise<Stream> => consumer.consume({ topics: [...topics], ...streamOptions(options) });
    consumer.on('error', lose);
    consumer.on('consumer:group:join', () => {
      const partitions = (consumer.assignments ?? []).reduce((sum, { partitions: own }) => sum + own.length, 0);
      state.isJoined = true;
      onJoined(partitions);
      if (reading.stream === undefined) return;
      // The old stream has messages of the old share. The new stream is opened before the old one ends, because the
      // client gives up topics that have no stream.
      state.share?.drop();
      reading.next = consume();
      reading.next.catch(lose);
      reading.stream.destroy();
    });
    const onStop = (): void => void reading.stream?.destroy();
    stopped.signal.addEventListener('abort', onStop);
    try {
      reading.next = consume();
      await readShares(reading, () => {
        state.share = createShare({
          work: options.work,
          width: options.width,
          commit: async (positions) => {
            await consumer.commit({ offsets: positions.map((position) => ({ ...position, leaderEpoch: -1 })) });
            for (const { topic, partition, offset } of positions) state.committed.set(`${topic}:${partition}`, offset);
          },
          onLost: lose,
          onTrouble: (error) => {
            onTrouble('message', error);
          },
        });
        return state.share;
      });
      if (reading.lost === undefined) await state.share?.end();
      else throw reading.lost.error;
    } finally {
      stopped.signal.removeEventListener('abort', onStop);
      state.share?.drop();
      state.isJoined = false;
      reading.stream?.destroy();
      await leave(consumer, stopped.signal);
    }
  }

  /** Reads one share after another. A new one begins whenever the group changes. */
  async function readShares(reading: Reading, newShare: () => Share): Promise<void> {
    for (let next = takeNext(reading); next !== undefined; next = takeNext(reading)) {
      const stream = await next;
      reading.stream = stream;
      stream.once('offsets', () => {
        state.committed = new Map(stream.offsetsCommitted);
      });
      if (isStopped()) return;
      try {
        await readAll(stream, newShare());
      } catch (error) {
        // The stream was ended on purpose, because another one follows or none is wanted any more.
        if (!isStopped() && !isFollowed(reading)) reading.lost ??= { error };
      }
      if (isStopped() || reading.lost !== undefined) return;
    }
  }

  return {
    get isJoined() {
      return state.isJoined;
    },
    async lag() {
      const { consumer, committed } = state;
      if (consumer === undefined || !state.isJoined) return undefined;
      try {
        const ends = await consumer.listOffsets({ topics: [...topics] });
        let lag = 0n;
        for (const { topic, partitions } of consumer.assignments ?? []) {
          for (const partition of partitions) {
            const end = ends.get(topic)?.[partition] ?? 0n;
            lag += end - (committed.get(`${topic}:${partition}`) ?? end);
          }
        }
        return Number(lag);
      } catch {
        return undefined;
      }
    },
    async stop() {
      stopped.abort();
      await running;
    },
  };
}

function takeNext(reading: Reading): Promise<Stream> | undefined {
  const { next } = reading;
  reading.next = undefined;
  return next;
}

function isFollowed({ next }: Reading): boolean {
  return next !== undefined;
}

function createConsumer<T>({ kafka, connection, group, sessionMilliseconds }: MemberOptions<T>): Consumer {
  return new kafka.Consumer({
    ...clientOptions(connection),
    groupId: group,
    autocommit: false,
    sessionTimeout: sessionMilliseconds,
    rebalanceTimeout: Math.max(sessionMilliseconds, 10_000),
    heartbeatInterval: Math.min(3000, Math.floor(sessionMilliseconds / 5)),
    maxWaitTime: FETCH_MILLISECONDS,
    maxBytes: FETCH_BYTES,
    // Messages that were read but not begun are held in memory, so there should be few.
    highWaterMark: 1,
  });
}

function streamOptions<T>({ from }: MemberOptions<T>) {
  return { mode: 'committed', fallbackMode: from } as const;
}

/** Reads until the stream ends. While the share has no room nothing is read, so nothing is asked for. */
async function readAll(stream: Stream, share: Share): Promise<void> {
  for await (const message of stream) await share.add(messageFrom(message));
}

/** Leaves the group. If no broker answers, the consumer goes on trying, or the brokers forget it after a while. */
async function leave(consumer: Consumer, stopped: AbortSignal): Promise<void> {
  const close = (): Promise<boolean> =>
    new Promise((resolve) => {
      consumer.close(true, (error) => {
        resolve((error ?? null) === null);
      });
    });
  if (await close()) return;
  if (stopped.aborted) {
    await consumer.connections.close().catch(() => undefined);
    return;
  }
  void (async () => {
    do await delay(LONGEST_WAIT_MILLISECONDS, undefined, { signal: stopped, ref: false }).catch(() => undefined);
    while (!(await close()) && !stopped.aborted);
    await consumer.connections.close().catch(() => undefined);
  })();
}
