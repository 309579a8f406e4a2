import { MessageTooLarge, type KafkaProducer } from '../../delivery/kafka/producer.js';

/** What was refused: its bytes, as they came or as they were taken out of an envelope, and why. */
export interface Refusal {
  /** Where it came from: `in/3/17` (message.ts). */
  readonly source: string;
  readonly key: string | undefined;
  readonly bytes: Uint8Array;
  /** The headers that it came with. */
  readonly headers: ReadonlyMap<string, string>;
  /** An OperationOutcome as JSON. */
  readonly outcome: string;
  /** The way through the envelope. */
  readonly way?: string | undefined;
}

export interface Refusals {
  send(refusal: Refusal): Promise<void>;
}

/** The topic of what is refused: `<topic>.refused` where the settings name no other. */
export function refusedTopic(topic: string, named: string | undefined): string {
  return named ?? `${topic}.refused`;
}

/** Dead letters: a message each, with the bytes, so that it can be sent in again, and the OperationOutcome in a header. */
export function createRefusals(producer: KafkaProducer, named: string | undefined): Refusals {
  return {
    async send({ source, key, bytes, headers, outcome, way }) {
      const message = {
        topic: refusedTopic(source.split('/')[0]!, named),
        key: key ?? source,
        headers: { ...Object.fromEntries(headers), source, outcome, ...(way === undefined ? {} : { way }) },
      };
      try {
        await producer.send({ ...message, value: bytes });
      } catch (error) {
        if (!(error instanceof MessageTooLarge)) throw error;
        // It is still where it came from; that it was refused must be told all the same.
        await producer.send({ ...message, value: new Uint8Array(0) });
      }
    },
  };
}
