import { expect } from 'chai';
import type { NewDocument } from '../../src/store/records.js';
import { openStore, type Store } from '../../src/store/store.js';
import { describeEngines, isOfPostgres, newPlace, type Place } from './engines.js';

const document = (text: string, more: Partial<NewDocument> = {}): NewDocument => ({
  client: 'feed',
  bytes: Buffer.from(text),
  mediaType: 'application/xml',
  source: 'http',
  options: {},
  ...more,
});

const result = {
  mapping: 'm1',
  bundle: Buffer.from('{}'),
  entries: 3,
  facts: { patient: 'p1', kind: '34133-9' },
  issues: {},
  resources: {},
  receivers: [],
  heldReason: 'held',
};

const thread = new URL('./source-thread.mjs', import.meta.url);

describeEngines('the store', (engine) => {
  let at: Place;
  let store: Store;
  const open = (): Promise<Store> => openStore(at.place, thread, at.masterKey);

  beforeEach(async () => {
    at = await newPlace(engine);
    store = await open();
  });
  afterEach(async () => {
    await store.close();
    at.remove();
  });

  it('accepts a document once, however often it is sent', async () => {
    const first = await store.of('a').ask('accept', document('<a/>'), 1);
    expect(first.outcome).to.equal('accepted');
    expect(await store.of('a').ask('accept', document('<a/>', { client: 'other' }), 2)).to.deep.equal({
      ...first,
      outcome: 'repeat',
      by: 'content',
    });
    expect((await store.of('a').ask('accept', document('<b/>'), 3)).outcome).to.equal('accepted');
    expect((await store.of('b').ask('accept', document('<a/>'), 4)).outcome).to.equal('accepted');
  });

  it('recognizes an Idempotency-Key of the same client, and refuses it for other bytes', async () => {
    const first = await store.of('a').ask('accept', document('<a/>', { repeatKey: 'k' }), 1);
    expect(await store.of('a').ask('accept', document('<a/>', { repeatKey: 'k' }), 2)).to.deep.equal({
      ...first,
      outcome: 'repeat',
      by: 'key',
    });
    expect(await store.of('a').ask('accept', document('<b/>', { repeatKey: 'k' }), 2)).to.deep.equal({
      outcome: 'conflict',
    });
    expect(
      (await store.of('a').ask('accept', document('<b/>', { repeatKey: 'k', client: 'other' }), 2)).outcome,
    ).to.equal('accepted');
    const later = 1 + 8 * 86_400_000;
    expect((await store.of('a').ask('accept', document('<c/>', { repeatKey: 'k' }), later)).outcome).to.equal(
      'accepted',
    );
  });

  it('returns the bytes unchanged, and nothing to another tenant', async () => {
    const accepted = await store.of('a').ask('accept', document('<a>Ä</a>'), 1);
    if (accepted.outcome !== 'accepted') throw new Error('not accepted');
    expect(Buffer.from((await store.of('a').ask('bodyOf', accepted.id, 'source'))!).toString()).to.equal('<a>Ä</a>');
    expect(await store.of('a').ask('documentOf', accepted.id)).to.include({
      state: 'received',
      source: 'http',
      received: 1,
    });
    expect(await store.of('b').ask('documentOf', accepted.id)).to.equal(undefined);
  });

  it('gives each task to one worker, and ignores writes of a slow worker after another one has the task', async () => {
    await store.of('a').ask('accept', document('<a/>'), 1);
    // Which of two that ask at the same time gets it is theirs to settle.
    const claims = await Promise.all([store.ask('claim', ['convert'], 5, 10), store.ask('claim', ['convert'], 5, 10)]);
    const [task, ...more] = claims.flat();
    expect(more).to.deep.equal([]);
    expect(await store.of('a').ask('failAttempt', task!, 'x', 10)).to.equal(true);
    const [again] = await store.ask('claim', ['convert'], 5, Date.now() + 99_999);
    expect(again!.attempt).to.equal(2);
    expect(await store.of('a').ask('finishConversion', task!, result, 100_000)).to.equal(false);
    expect(await store.of('a').ask('finishConversion', again!, result, 100_000)).to.equal(true);
    expect(await store.of('a').ask('documentOf', task!.document)).to.include({
      state: 'converted',
      patient: 'p1',
      kind: '34133-9',
      settled: 100_000,
    });
    expect(Buffer.from((await store.of('a').ask('bodyOf', task!.document, 'bundle'))!).toString()).to.equal('{}');
    const events = await store.of('a').ask('eventsOf', task!.document);
    expect(events.map(({ what }) => what)).to.deep.equal(['received', 'attempt-failed', 'converted']);
  });

  it('gives up a document after three attempts, and a non-document at once', async () => {
    await store.of('a').ask('accept', document('<a/>'), 1);
    for (const attempt of [1, 2, 3]) {
      const [task] = await store.ask('claim', ['convert'], 1, Date.now() + attempt * 100_000);
      await store.of('a').ask('failAttempt', task!, 'memory', attempt * 100_000);
    }
    expect((await store.ask('numbers')).states).to.deep.equal({ failed: 1 });
    await store.of('a').ask('accept', document('<b/>'), 2);
    const [task] = await store.ask('claim', ['convert'], 1, 400_000);
    await store.of('a').ask('refuse', task!, 'no CDA', 400_000);
    expect((await store.ask('numbers')).states).to.deep.equal({ failed: 1, refused: 1 });
    expect(await store.of('a').ask('documentOf', task!.document)).to.include({ state: 'refused', reason: 'no CDA' });
  });

  it('is unchanged after it is opened again', async () => {
    await store.of('a').ask('accept', document('<a/>'), 1);
    await store.close();
    store = await open();
    const { oldest, ...numbers } = await store.ask('numbers');
    expect(numbers).to.deep.equal({ states: { received: 1 }, waiting: 1 });
    expect(oldest).to.be.closeTo(Date.now(), 60_000);
    expect(await store.ask('claim', ['convert'], 1, 10)).to.have.lengthOf(1);
  });

  it('starts interrupted tasks again after its only process has ended', async function () {
    // Of several nodes another one may go on (nodes.test.ts).
    if (isOfPostgres(engine)) this.skip();
    await store.of('a').ask('accept', document('<a/>'), 1);
    await store.ask('claim', ['convert'], 1, 10);
    await store.close();
    store = await open();
    const { oldest, ...numbers } = await store.ask('numbers');
    expect(numbers).to.deep.equal({ states: { received: 1 }, waiting: 1 });
    expect(oldest).to.be.closeTo(Date.now(), 60_000);
    expect(await store.ask('claim', ['convert'], 1, 10)).to.have.lengthOf(1);
  });

  it('is for one process only, if it is a folder', async function () {
    if (isOfPostgres(engine)) this.skip();
    let message = '';
    await open().catch((error: unknown) => (message = (error as Error).message));
    expect(message).to.match(/^another process uses the store/);
  });

  it('lists the newest first, in pages', async () => {
    for (let index = 0; index < 5; index++) await store.of('a').ask('accept', document(`<a${index}/>`), index);
    const first = await store.of('a').ask('list', { count: 2 });
    expect(first.documents.map(({ received }) => received)).to.deep.equal([4, 3]);
    const second = await store.of('a').ask('list', { count: 2, before: first.next });
    expect(second.documents.map(({ received }) => received)).to.deep.equal([2, 1]);
    const { next } = await store.of('a').ask('list', { count: 3, before: second.next });
    expect(next).to.equal(undefined);
  });

  it('commits simultaneous writes together', async () => {
    const accepted = await Promise.all(
      Array.from({ length: 200 }, (_, index) => store.of('a').ask('accept', document(`<a>${index}</a>`), index)),
    );
    expect(new Set(accepted.map(({ outcome }) => outcome))).to.deep.equal(new Set(['accepted']));
    expect((await store.ask('numbers')).waiting).to.equal(200);
  });
});
