/** From topics into the store: a message counts as read once the store has committed it, and what comes twice is known by its bytes. */
import { FROM_TOPIC, type Accepted, type NewDocument } from '../../store/records.js';
import type { Store } from '../../store/store.js';
import { ServiceError } from '../errors/service-error.js';
import { newDocument } from '../intake/new-document.js';
import type { Pressure } from '../intake/pressure.js';
import type { Quotas } from '../intake/quotas.js';
import { documentOfMessage, outcomeOfRefusal, type MessageRules } from './document-of-message.js';
import { placeOf, type Message } from './message.js';
import type { Refusals } from './refusals.js';
import type { Work } from './share.js';

export interface IntoStoreOptions {
  readonly store: Store;
  readonly pressure: Pick<Pressure, 'check' | 'noteAccepted'>;
  readonly quotas: Pick<Quotas, 'check' | 'note'>;
  readonly tenant: string;
  readonly rules: MessageRules;
  readonly refusals: Refusals;
  /** The group, by which the audit knows who brought it. */
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
          // What crosses to the store's thread takes the whole buffer with it that it is a part of.
          bytes: new Uint8Array(bytes),
          mediaType,
          source: `${FROM_TOPIC}${placeOf(message)}`,
          sender: chosen.sender,
          options: { ...chosen },
        });
      } catch (error) {
        if (error instanceof ServiceError) return error;
        throw error;
      }
    },
    // In the order of the partition: of two versions with one time the later received counts as the newer.
    finish: async (message, document) => {
      if (document instanceof ServiceError) {
        await refuse(message, document);
        return;
      }
      // Where there is no room it is tried again; nothing more is read meanwhile.
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
      source: placeOf(message),
      key: message.key?.toString('utf8'),
      bytes: message.value ?? new Uint8Array(0),
      headers: message.headers,
      outcome: outcomeOfRefusal(error),
    });
    onTaken('refused');
  }
}
