/** What is let go, and what is known of who did what. */
import { expect } from 'chai';
import pg from 'pg';
import type { Retention } from '../../src/store/operations/retention.js';
import type { Store } from '../../src/store/store.js';
import { describeEngines } from './engines.js';
import { accepted, convertNext, eventsOf, opened, type Opened } from './opened.js';

const DAY = 86_400_000;

describeEngines('what is kept', (engine) => {
  let open: Opened;
  let store: Store;

  beforeEach(async () => {
    open = await opened(engine);
    ({ store } = open);
  });
  afterEach(() => open.close());

  const later = (days: number): number => Date.now() + days * DAY;
  const letGo = (retention: Retention, now: number): Promise<number> => store.ask('letGo', retention, 100, now);
  const has = async (id: string, what: 'source' | 'bundle'): Promise<boolean> =>
    (await store.of('').ask('bodyOf', id, what)) !== undefined;

  it('covers everything by default', async () => {
    const id = await accepted(store, '<a/>');
    await convertNext(store, { patient: 'p' });
    expect(await letGo({}, later(10_000))).to.equal(0);
    expect([await has(id, 'source'), await has(id, 'bundle')]).to.deep.equal([true, true]);
  });

  it('ends by age, which is an event and not a fault', async () => {
    const id = await accepted(store, '<a/>');
    await convertNext(store, { patient: 'p' });
    const retention = { sourceDays: 10, resultDays: 20 };
    expect(await letGo(retention, later(9))).to.equal(0);
    expect(await letGo(retention, later(11))).to.equal(1);
    expect([await has(id, 'source'), await has(id, 'bundle')]).to.deep.equal([false, true]);
    expect(await letGo(retention, later(21))).to.equal(1);
    expect(await has(id, 'bundle')).to.equal(false);
    expect(await letGo(retention, later(22))).to.equal(0);
    expect(await eventsOf(store, id)).to.deep.equal(['received', 'converted', 'source-let-go', 'result-let-go']);
    expect((await store.ask('check', '', 10)).faults).to.deep.equal([]);
    // What is no longer there is not converted or delivered again.
    expect(await store.of('').ask('convertAgain', [id], 'job', later(22))).to.equal(0);
    expect(await store.of('').ask('deliverAgain', [id], ['r'], 'job', later(22))).to.equal(0);
    // The same bytes sent once more are known still.
    expect(
      (
        await store.of('').ask(
          'accept',
          {
            client: 'feed',
            bytes: Buffer.from('<a/>'),
            mediaType: 'application/xml',
            source: 'http',
            options: {},
          },
          later(22),
        )
      ).outcome,
    ).to.equal('repeat');
  });

  it('does not end for documents that need attention or are not delivered yet', async () => {
    const waiting = await accepted(store, '<a/>');
    await convertNext(store, { patient: 'p' }, { receivers: ['r'] });
    const failed = await accepted(store, '<b/>');
    for (let attempt = 1; attempt <= 3; attempt++) {
      const [task] = await store.ask('claim', ['convert'], 1, later(1));
      await store.of('').ask('failAttempt', task!, 'x', Date.now());
    }
    const refused = await accepted(store, '<c/>');
    const [task] = await store.ask('claim', ['convert'], 1, later(1));
    await store.of('').ask('refuse', task!, '"no"', Date.now());
    expect(await letGo({ sourceDays: 1, resultDays: 1, refusedDays: 30 }, later(5))).to.equal(0);
    for (const id of [waiting, failed, refused]) expect(await has(id, 'source')).to.equal(true);
    expect(await letGo({ sourceDays: 1, resultDays: 1, refusedDays: 30 }, later(31))).to.equal(1);
    expect(await has(refused, 'source')).to.equal(false);
  });

  it('applies to events for their own time', async () => {
    const id = await accepted(store, '<a/>');
    expect(await letGo({ eventDays: 400 }, later(399))).to.equal(0);
    expect(await letGo({ eventDays: 400 }, later(401))).to.equal(1);
    expect(await eventsOf(store, id)).to.deep.equal([]);
  });

  it('covers what is on legal hold, whatever its age, until the hold ends', async () => {
    const own = store.of('');
    const held = await accepted(store, '<a/>');
    await convertNext(store, { patient: 'p' });
    const free = await accepted(store, '<b/>');
    await convertNext(store, { patient: 'q' });
    const patient = { about: 'patient', subject: 'p' } as const;
    expect(await own.ask('hold', [patient], later(100), 'ops', 'case 7', Date.now())).to.equal(1);
    // What comes later of the patient is on hold, too.
    const next = await accepted(store, '<c/>');
    await convertNext(store, { patient: 'p' });
    await store.ask('chainAudit');
    const all = { sourceDays: 1, resultDays: 1, eventDays: 1, auditDays: 1 };
    while ((await letGo(all, later(50))) > 0);
    for (const id of [held, next]) {
      expect([await has(id, 'source'), await has(id, 'bundle')]).to.deep.equal([true, true]);
      expect(await eventsOf(store, id)).to.include('received');
    }
    expect(await has(free, 'source')).to.equal(false);
    expect(await eventsOf(store, free)).not.to.include('received');
    // The audit goes on without a gap, so it stays from the first row about what is on hold.
    expect((await own.ask('auditsOf', { document: held, count: 9 })).map(({ action }) => action)).to.include('accept');
    expect((await store.ask('verifyAudit', undefined, 100)).faults).to.deep.equal([]);
    while ((await letGo(all, later(101))) > 0);
    expect([await has(held, 'source'), await has(next, 'bundle')]).to.deep.equal([false, false]);
  });

  it('covers what is on legal hold, also against a purge', async () => {
    const own = store.of('');
    const id = await accepted(store, '<a/>');
    await convertNext(store, { patient: 'p' });
    const other = await accepted(store, '<b/>');
    const document = { about: 'document', subject: id } as const;
    await own.ask('hold', [document], later(100), 'ops', 'case 7', Date.now());
    // Of two that are named, one that stays keeps both: a purge is whole or not at all.
    expect(await own.ask('purge', [other, id], 'ops', 'asked for', Date.now())).to.deep.equal({ held: [id] });
    expect(await has(other, 'source')).to.equal(true);
    // Another tenant's hold of the same name holds nothing here.
    expect(await store.of('north').ask('legalHolds', Date.now())).to.deep.equal([]);
    const [told] = await own.ask('legalHolds', Date.now());
    expect(told).to.deep.include({ ...document, by: 'ops' });
    expect(await store.of('north').ask('liftHold', [document], 'x', 'y', Date.now())).to.equal(0);
    expect(await own.ask('liftHold', [document], 'ops', 'case 7 is closed', Date.now())).to.equal(1);
    expect(await own.ask('purge', [other, id], 'ops', 'asked for', Date.now())).to.equal(2);
    expect(await eventsOf(store, id)).to.include.members(['legal-hold', 'legal-hold-lifted', 'purged']);
    const audits = await own.ask('auditsOf', { document: id, count: 9 });
    expect(audits.map(({ action }) => action)).to.include.members(['legal-hold', 'legal-hold-lifted', 'purge']);
  });

  it('covers the envelope of what is on legal hold, too', async () => {
    const own = store.of('');
    const envelope = await accepted(store, '<envelope/>', { isEnvelope: true });
    const [task] = await store.ask('claim', ['unwrap'], 1, Date.now());
    const inside = { bytes: Buffer.from('<a/>'), facts: {}, files: [] };
    const part = { number: 1, name: 'a.xml', way: 'a.zip > a.xml', document: inside };
    await own.ask('acceptParts', envelope, [part], Date.now());
    await own.ask('finishUnwrap', task!, 1, Date.now());
    const [stored] = await own.ask('partsOf', envelope);
    const subject = stored!.document!;
    await convertNext(store, { patient: 'p' });
    await own.ask('hold', [{ about: 'document', subject }], later(100), 'ops', 'case 7', Date.now());
    expect(await letGo({ sourceDays: 1 }, later(50))).to.equal(0);
    expect(await has(envelope, 'source')).to.equal(true);
    expect(await own.ask('purge', [envelope], 'ops', 'asked for', Date.now())).to.deep.equal({ held: [envelope] });
    expect(await letGo({ sourceDays: 1 }, later(101))).to.be.greaterThan(0);
    expect(await has(envelope, 'source')).to.equal(false);
  });

  it('is a chain of who did what, which shows each link that was changed, removed or inserted', async function () {
    for (let index = 0; index < 5; index++) await accepted(store, `<a>${index}</a>`);
    await store.of('').ask('purge', [await accepted(store, '<b/>')], 'ops', 'asked for', Date.now());
    expect(await store.ask('chainAudit')).to.equal(7);
    expect(await store.ask('chainAudit')).to.equal(0);
    const good = await store.ask('verifyAudit', undefined, 100);
    expect(good).to.deep.include({ checked: 7, faults: [] });
    expect(good.head).to.match(/^[0-9a-f]{64}$/);
    // In pages it comes to the same.
    const one = await store.ask('verifyAudit', undefined, 4);
    expect(await store.ask('verifyAudit', one.next, 4)).to.deep.include({ checked: 3, faults: [], head: good.head });
    const [last] = await store.of('').ask('auditsOf', { action: 'purge', count: 5 });
    expect(last).to.deep.include({ agent: 'ops', detail: 'asked for', isRefused: false });
    if (engine !== 'PostgreSQL') return;
    const client = new pg.Client({ connectionString: open.place });
    await client.connect();
    await client.query("set cairn.tenant = '*'");
    await client.query("update audit set agent = 'nobody' where action = 'purge'");
    expect((await store.ask('verifyAudit', undefined, 100)).faults).to.deep.equal([
      'audit: row 7 is not what was written, or what was before it is not',
    ]);
    await client.query("update audit set agent = 'ops' where action = 'purge'");
    expect((await store.ask('verifyAudit', undefined, 100)).faults).to.deep.equal([]);
    await client.query('delete from audit where link = 3');
    expect((await store.ask('verifyAudit', undefined, 100)).faults[0]).to.equal('audit: 1 rows are missing before 4');
    await client.end();
  });

  it('may lose its oldest links, and the rest of the chain holds', async () => {
    for (let index = 0; index < 5; index++)
      await store.of('').ask('audit', { action: 'read', agent: 'a' }, index * DAY);
    await store.ask('chainAudit');
    const { head } = await store.ask('verifyAudit', undefined, 100);
    expect(await letGo({ auditDays: 10 }, 12.5 * DAY)).to.equal(3);
    expect(await store.ask('verifyAudit', undefined, 100)).to.deep.include({ checked: 2, faults: [], head });
    await store.of('').ask('audit', { action: 'read', agent: 'b' }, 6 * DAY);
    await store.ask('chainAudit');
    expect(await store.ask('verifyAudit', undefined, 100)).to.deep.include({ checked: 3, faults: [] });
  });
});
