import { causesOf, clientOptions, loadKafka, type KafkaConnection } from './connection.js';

export interface NewMessage {
  readonly topic: string;
  /** Messages with the same key go to the same partition and stay in their order. */
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

/** The message is larger than the topic accepts. To send it again would not help. */
export class MessageTooLarge extends Error {
  override readonly name = 'MessageTooLarge';
}

export interface KafkaProducer {
  /**
   * Resolves when all replicas in sync have the message (`acks=all`).
   * @throws MessageTooLarge; for other failures, the error of the client
   */
  send(message: NewMessage): Promise<void>;
  close(): Promise<void>;
}

export async function createKafkaProducer(
  connection: KafkaConnection,
  compression: Compression,
): Promise<KafkaProducer> {
  const kafka = await loadKafka();
  const producer = new kafka.Producer({ ...clientOptions(connection), acks: kafka.ProduceAcks.ALL, compression });
  // The failure is told by the promise of `send`, so nothing is done here.
  producer.on('client:broker:failed', () => undefined);
  return {
    async send({ topic, key, value, headers }) {
      const message = {
        topic,
        key: Buffer.from(key, 'utf8'),
        value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
        headers: new Map(
          Object.entries(headers).map(([name, text]) => [Buffer.from(name, 'utf8'), Buffer.from(text, 'utf8')]),
        ),
      };
      try {
        // One message at a time, because together they could be larger than the topic accepts.
        await producer.send({ messages: [message] });
      } catch (error) {
        if (causesOf(error).some(({ apiId }) => TOO_LARGE.has(String(apiId)))) throw new MessageTooLarge();
        throw error;
      }
    },
    close: () => producer.close(),
  };
}

const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);
