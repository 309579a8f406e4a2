/**
 * Sends a message for each document: its Bundle, with the patient's id as the key, so that documents of one patient
 * stay in their order.
 */
import { backoff } from '../backoff.js';
import type { LetGo, Parcel, Purged, Receiver } from '../receiver.js';
import type { Verdict } from '../verdict.js';
import { deliverWhole, removeWhole } from '../whole.js';
import { kafkaErrorCodeOf, faultOfTopics, isLoginRefused, loadKafka, type KafkaConnection } from './connection.js';
import { createKafkaProducer, MessageTooLarge, type Compression } from './producer.js';

export interface KafkaReceiverSettings {
  readonly name: string;
  readonly connection: KafkaConnection;
  readonly topic: string;
  readonly compression: Compression;
  readonly lanes: number;
  readonly deliverWithinHours: number;
}

/**
 * Makes a receiver that writes to a topic.
 * @throws Error if the Kafka client is not installed
 */
export async function createKafkaReceiver(settings: KafkaReceiverSettings): Promise<Receiver> {
  const { name, connection, topic, compression, lanes, deliverWithinHours } = settings;
  const kafka = await loadKafka();
  const producer = await createKafkaProducer(connection, compression);

  function send({ document, bundle, failures }: Parcel): Promise<Verdict> {
    const { id, patient, mapping, orderKey } = document;
    const headers = bundleHeaders({ document: id, mapping: mapping ?? '', order: orderKey ?? '' });
    return produce({ key: patient ?? id, value: bundle, headers }, failures);
  }

  /**
   * A message stays in the topic as long as the topic keeps it. Readers are told of the purge by a message with the
   * same key.
   */
  async function remove(purged: Purged): Promise<LetGo> {
    const told = await removeWhole(purged, (document) =>
      produce(
        {
          key: purged.patient ?? document,
          value: Buffer.from(JSON.stringify({ type: 'document.purged', data: { document } }), 'utf8'),
          headers: { 'content-type': 'application/json', document, event: 'document.purged' },
        },
        purged.failures,
      ),
    );
    return { ...told, isOnlyTold: true };
  }

  async function produce(
    message: { readonly key: string; readonly value: Uint8Array; readonly headers: Record<string, string> },
    failures: number,
  ): Promise<Verdict> {
    try {
      await producer.send({ topic, ...message });
      return { kind: 'done' };
    } catch (error) {
      if (error instanceof MessageTooLarge) return { kind: 'refused', why: 'too-large' };
      if (isLoginRefused(error)) return { kind: 'paused', why: 'login' };
      const wait = backoff(failures, { first: 1000, most: 60_000 });
      return { kind: 'again', wait, isCounted: false, most: Infinity, why: kafkaErrorCodeOf(error) };
    }
  }

  return {
    name,
    lanes,
    deliverWithinMilliseconds: deliverWithinHours * 3_600_000,
    deliver: (parcel) => deliverWhole(parcel, () => send(parcel)),
    remove,
    check: async () => {
      const fault = await faultOfTopics(kafka, connection, [topic]);
      // Brokers that are only down are no fault of the settings; the receiver waits for them, as other receivers do.
      return fault?.away === false ? fault.text : undefined;
    },
    close: () => {
      void producer.close().catch(() => undefined);
    },
  };
}

export interface BundleFacts {
  readonly document: string;
  /** The hash of the mappings that converted it. */
  readonly mapping: string;
  /** A text that sorts as the patient's documents follow each other (store/order-key.ts). */
  readonly order: string;
}

/** The headers of a message, which describe its Bundle. */
export function bundleHeaders({ document, mapping, order }: BundleFacts): Record<string, string> {
  return { 'content-type': 'application/fhir+json', document, mapping, order };
}
