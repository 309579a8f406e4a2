/**
 * From topics into the store. A message counts as read when the store has committed it. A message that comes twice is
 * recognized by its bytes.
 */
import { FROM_TOPIC, type Accepted, type NewDocument } from '../../store/records.js';
import type { Store } from '../../store/store.js';
import { ServiceError } from '../errors/service-error.js';
import { newDocument } from '../intake/new-document.js';
import type { Pressure } from '../intake/pressure.js';
import type { Quotas } from '../intake/quotas.js';
import { documentOfMessage, outcomeOfRefusal, type MessageRules } from './document-of-message.js';
import { messagePlace, type Message } from './message.js';
import type { Refusals } from './refusals.js';
import type { Work } from './share.js';

export interface IntoStoreOptions {
  readonly store: Store;
  readonly pressure: Pick<Pressure, 'check' | 'noteAccepted'>;
  readonly quotas: Pick<Quotas, 'check' | 'note'>;
  readonly tenant: string;
  readonly rules: MessageRules;
  readonly refusals: Refusals;
  /** The consumer group. The audit names it as the one who brought the document. */
  readonly group: string;
  readonly wake: () => void;
  readonly onTaken: (outcome: Accepted['outcome'] | 'refused') => void;
}

export function intoStore(options: IntoStoreOptions): Work<NewDocument | ServiceError> {
  const { store, pressure, quotas, tenant, rules, refusals, group, wake, onTaken } = options;
  return {
    begin: async (message) => {
      try {
        const { bytes, mediaType, options: chosen } = await documentOfMessage(message, rules);
        return newDocument({
          client: `kafka ${group}`,
          // Copied, because a piece of a buffer would take the whole buffer with it to the store's thread.
          bytes: new Uint8Array(bytes),
          mediaType,
          source: `${FROM_TOPIC}${messagePlace(message)}`,
          sender: chosen.sender,
          options: { ...chosen },
        });
      } catch (error) {
        if (error instanceof ServiceError) return error;
        throw error;
      }
    },
    // In the order of the partition: if two versions have the same time, the one received later counts as newer.
    finish: async (message, document) => {
      if (document instanceof ServiceError) {
        await refuse(message, document);
        return;
      }
      // If the store has no space, the message is tried again. Nothing more is read meanwhile.
      pressure.check();
      await quotas.check(tenant);
      const accepted = await store.of(tenant).ask('accept', document, Date.now());
      onTaken(accepted.outcome);
      if (accepted.outcome === 'accepted') {
        pressure.noteAccepted();
        quotas.note(tenant, document.bytes.length);
      }
      wake();
    },
  };

  async function refuse(message: Message, error: ServiceError): Promise<void> {
    await refusals.send({
      source: messagePlace(message),
      key: message.key?.toString('utf8'),
      bytes: message.value ?? new Uint8Array(0),
      headers: message.headers,
      outcome: outcomeOfRefusal(error),
    });
    onTaken('refused');
  }
}
