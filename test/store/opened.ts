/** A store in a folder of its own, and documents in it without a converter: their facts are said by the test. */
import type { DocumentFacts, NewDocument, NewResult, StoredDocument } from '../../src/store/records.js';
import { openStore, type Store } from '../../src/store/store.js';
import { newPlace, type Engine } from './engines.js';

export const thread = new URL('./source-thread.mjs', import.meta.url);

export interface Opened {
  readonly place: string;
  readonly store: Store;
  close(): Promise<void>;
}

export async function opened(engine: Engine = 'SQLite'): Promise<Opened> {
  const { place, masterKey, remove } = await newPlace(engine);
  const store = await openStore(place, thread, masterKey);
  return {
    place,
    store,
    async close() {
      await store.close();
      remove();
    },
  };
}

export const document = (text: string, more: Partial<NewDocument> = {}): NewDocument => ({
  client: 'feed',
  bytes: Buffer.from(text),
  mediaType: 'application/xml',
  source: 'http',
  options: {},
  ...more,
});

export const result = (facts: DocumentFacts, more: Partial<NewResult> = {}): NewResult => ({
  mapping: 'm1',
  bundle: Buffer.from('{}'),
  entries: 1,
  facts,
  issues: {},
  resources: {},
  receivers: [],
  heldReason: '{}',
  ...more,
});

let clock = Date.now();

/** Takes a document in, without converting it. */
export async function accepted(store: Store, text: string, more: Partial<NewDocument> = {}): Promise<string> {
  const answer = await store.of('').ask('accept', document(text, more), clock++);
  if (answer.outcome === 'conflict') throw new Error('conflict');
  return answer.id;
}

/** Converts what waits, the oldest first. */
export async function convertNext(store: Store, facts: DocumentFacts, more: Partial<NewResult> = {}): Promise<string> {
  const [task] = await store.ask('claim', ['convert'], 1, Number.MAX_SAFE_INTEGER);
  await store.of('').ask('finishConversion', task!, result(facts, more), clock++);
  return task!.document;
}

/** A document that is in and converted, with its state. */
export async function converted(
  store: Store,
  text: string,
  facts: DocumentFacts,
  more: Partial<NewResult> = {},
): Promise<string> {
  const id = await accepted(store, text);
  await convertNext(store, facts, more);
  return id;
}

export async function stateOf(store: Store, id: string): Promise<StoredDocument['state']> {
  return (await store.of('').ask('documentOf', id))!.state;
}

export async function eventsOf(store: Store, id: string): Promise<string[]> {
  return (await store.of('').ask('eventsOf', id)).map(({ what }) => what);
}
