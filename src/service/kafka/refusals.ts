import { MessageTooLarge, type KafkaProducer } from '../../delivery/kafka/producer.js';

/** A document that was refused: its bytes as they came, or as they stood in an envelope, and the reason. */
export interface Refusal {
  /** The message it came from: `in/3/17` (message.ts). */
  readonly source: string;
  readonly key: string | undefined;
  readonly bytes: Uint8Array;
  /** The headers of that message. */
  readonly headers: ReadonlyMap<string, string>;
  /** An OperationOutcome as JSON. */
  readonly outcome: string;
  /** Its way through the envelope. */
  readonly way?: string | undefined;
}

export interface Refusals {
  send(refusal: Refusal): Promise<void>;
}

/** The topic for refused documents: `<topic>.refused`, if the settings name no other. */
export function refusedTopic(topic: string, named: string | undefined): string {
  return named ?? `${topic}.refused`;
}

/**
 * Writes dead letters: one message each, with the bytes, so that it can be sent in again, and with the OperationOutcome
 * in a header.
 */
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
        // The document itself is still in its own topic, but the refusal must be reported.
        await producer.send({ ...message, value: new Uint8Array(0) });
      }
    },
  };
}
