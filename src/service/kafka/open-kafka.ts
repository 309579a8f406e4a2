import type { Logger } from 'pino';
import {
  kafkaErrorCodeOf,
  faultOfTopics,
  loadKafka,
  type KafkaClient,
  type KafkaConnection,
} from '../../delivery/kafka/connection.js';
import { createKafkaProducer, type KafkaProducer } from '../../delivery/kafka/producer.js';
import { startTaskLoop } from '../../store/task-loop.js';
import { ServiceError } from '../errors/service-error.js';
import type { Intake } from '../intake/intake.js';
import { watchKafka, type Metrics } from '../metrics/metrics.js';
import type { Settings } from '../settings/schema.js';
import type { Pool } from '../workers/pool.js';
import { StartError } from '../workers/worker-process.js';
import { connectionOf } from './connection-of.js';
import { intoStore } from './into-store.js';
import { startMember, type MemberOptions } from './member.js';
import { refusalTask } from './refusal-task.js';
import { createRefusals, refusedTopic, type Refusals } from './refusals.js';
import { through } from './through.js';

export interface KafkaFeed {
  /** Finishes the running work, commits it and leaves the group. */
  stop(): Promise<void>;
}

export interface KafkaSurroundings {
  readonly settings: Settings;
  readonly pool: Pool;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** The store that messages go to, if there is one. */
  readonly intake: Intake | undefined;
}

type KafkaSettings = NonNullable<Settings['kafka']>;

/**
 * Begins to read the topics of the settings.
 * @throws StartError if no broker answers, a topic does not exist, or the login is refused
 */
export async function openKafka(settings: KafkaSettings, surroundings: KafkaSurroundings): Promise<KafkaFeed> {
  const { metrics, log, intake, pool } = surroundings;
  const { group, topics, tenant = '' } = settings;
  const { kafka, connection } = await connected(settings);
  const producer = await createKafkaProducer(connection, settings.compression);
  const refusals = createRefusals(producer, settings.refused);
  const onTaken = (outcome: string): void => metrics.intakeDocuments.inc({ outcome, source: 'kafka' });
  const shared = {
    kafka,
    connection,
    group,
    topics,
    from: settings.from,
    sessionMilliseconds: settings.sessionSeconds * 1000,
    // Two for each worker: while one is converted, the next is ready.
    width: pool.state().workers * 2,
    onJoined: (partitions: number) => {
      log.info({ group, partitions }, 'kafka: joined');
    },
    onTrouble: (what: 'connection' | 'message', error: unknown) => {
      metrics.kafkaTroubles.inc({ what });
      log.warn(
        { what, code: error instanceof ServiceError ? error.code : kafkaErrorCodeOf(error) },
        'kafka: tried again',
      );
    },
  } satisfies Omit<MemberOptions<unknown>, 'work'>;
  const rules = {
    sender: settings.sender,
    maxMegabytes: surroundings.settings.limits.bodyMegabytes,
    sets: () => Object.keys(pool.state().hashes),
  };
  const member =
    intake === undefined
      ? startMember({
          ...shared,
          work: through({
            run: (job, body) => pool.run(job, body),
            jobLimits: jobLimitsOf(surroundings.settings),
            rules,
            producer,
            to: settings.to!,
            refusals,
            confidentiality: settings.confidentiality,
            tenant,
            atOnce: pool.state().workers,
            onDone: onTaken,
          }),
        })
      : startMember({
          ...shared,
          work: intoStore({
            store: intake.store,
            pressure: intake.pressure,
            quotas: intake.quotas,
            tenant,
            rules,
            refusals,
            group,
            wake: () => {
              intake.wake();
            },
            onTaken,
          }),
        });
  const letters = intake === undefined ? undefined : startDeadLetters(intake, refusals, log);
  watchKafka(metrics, member);
  return {
    async stop() {
      await member.stop();
      await letters?.stop();
      await closed(producer);
    },
  };
}

async function connected(settings: KafkaSettings): Promise<{ kafka: KafkaClient; connection: KafkaConnection }> {
  try {
    const kafka = await loadKafka();
    const connection = connectionOf(settings);
    const { topics, to, refused } = settings;
    const wanted = [
      ...topics,
      ...topics.map((topic) => refusedTopic(topic, refused)),
      ...(to === undefined ? [] : [to]),
    ];
    const fault = await faultOfTopics(kafka, connection, wanted);
    if (fault !== undefined) throw new Error(fault.text);
    return { kafka, connection };
  } catch (error) {
    throw new StartError(`kafka: ${error instanceof Error ? error.message : 'it cannot be used'}`);
  }
}

function jobLimitsOf({ workers: { timeLimitSeconds, maxOutputMegabytes } }: Settings) {
  return { timeLimitSeconds, ...(maxOutputMegabytes === undefined ? {} : { maxOutputMegabytes }) };
}

const AGAIN_MILLISECONDS = 5000;

/** Sends dead letters for documents that came from topics and that the store refused. */
function startDeadLetters({ store }: Intake, refusals: Refusals, log: Logger) {
  return startTaskLoop({
    claim: async (running) => (running > 0 ? [] : store.ask('claim', ['refusal'], 1, Date.now())),
    ...(store.isShared ? { renew: (tasks) => store.ask('renew', tasks) } : {}),
    run: (task) => refusalTask(store.of(task.tenant), refusals, task),
    failed(task, error) {
      log.warn({ id: task.document, code: kafkaErrorCodeOf(error) }, 'kafka: dead letter tried again');
      return store.of(task.tenant).ask('release', task, AGAIN_MILLISECONDS);
    },
    storeFailed: (code) => {
      log.error({ what: code }, 'store');
    },
  });
}

async function closed(producer: KafkaProducer): Promise<void> {
  await producer.close().catch(() => undefined);
}
