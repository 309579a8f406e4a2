/** What was purged here is taken away at a FHIR server, and nothing else. */
import { expect } from 'chai';
import { setTimeout as delay } from 'node:timers/promises';
import { startDeliverer, type Deliverer } from '../../src/delivery/deliverer.js';
import { createFhirReceiver, type FhirSettings } from '../../src/delivery/fhir.js';
import { createHttpClient } from '../../src/delivery/http.js';
import { planPurge } from '../../src/delivery/purge-plan.js';
import type { StoredRemoval } from '../../src/store/operations/removals.js';
import { describeEngines } from '../store/engines.js';
import { document, opened, result, type Opened } from '../store/opened.js';
import { bundleOf, idOf, type Told } from './bundles.js';
import { startDouble, type Double } from './double.js';

describeEngines(
  'a purge at a FHIR server',
  (engine) => {
    let open: Opened;
    let double: Double;
    let deliverer: Deliverer | undefined;

    beforeEach(async () => {
      open = await opened(engine);
      double = await startDouble();
    });
    afterEach(async () => {
      await deliverer?.stop();
      deliverer = undefined;
      await open.close();
      await double.close();
    });

    function start(more: Partial<FhirSettings> = {}): void {
      const settings: FhirSettings = {
        name: 'r',
        url: double.url,
        upsert: 'id',
        maxEntries: 500,
        maxMegabytes: 10,
        removed: 'delete',
        lanes: 4,
        deliverWithinHours: 72,
        ...more,
      };
      const receiver = createFhirReceiver(settings, createHttpClient({ timeoutSeconds: 2 }), undefined);
      const nothing = (): void => undefined;
      deliverer = startDeliverer({ store: open.store, receiver, tell: nothing, onDelivery: nothing });
    }

    /** Taken in and converted; delivered where it is waited for. */
    async function told(text: string, what: Told, tenant = ''): Promise<string> {
      const accepted = await open.store.of(tenant).ask('accept', document(text), Date.now());
      const [task] = await open.store.ask('claim', ['convert'], 1, Date.now() + 1000);
      const { bundle, resources } = bundleOf(what);
      const facts = { patient: idOf(what.patient), custodian: 'c', documentId: what.document };
      const made = result(facts, { bundle, resources, receivers: ['r'], mapping: text });
      await open.store.of(tenant).ask('finishConversion', task!, made, Date.now());
      return (accepted as { id: string }).id;
    }

    async function delivered(id: string, tenant = ''): Promise<void> {
      deliverer?.wake();
      for (const until = Date.now() + 20_000; Date.now() < until;) {
        if ((await open.store.of(tenant).ask('documentOf', id))?.state === 'delivered') return;
        await delay(10);
      }
      throw new Error('not delivered');
    }

    async function purge(ids: readonly string[], known = ['r'], tenant = ''): Promise<string> {
      const own = open.store.of(tenant);
      const planned = await planPurge(own, ids);
      await own.ask('purge', ids, 'ops', 'asked for', Date.now(), { purge: 'purge', planned, known });
      deliverer?.wake();
      return 'purge';
    }

    async function done(id: string, tenant = ''): Promise<StoredRemoval[]> {
      for (const until = Date.now() + 20_000; Date.now() < until;) {
        await delay(20);
        deliverer?.wake();
        const removals = await open.store.of(tenant).ask('removalsOf', id);
        if (removals.every(({ state }) => state !== 'waiting')) return removals;
      }
      throw new Error('not removed');
    }

    const there = (): string[] => [...double.resources.keys()].sort();

    it('removes everything about the patient, and leaves what documents of others have', async () => {
      start();
      const p1 = await told('1', { patient: 'p', document: 'd1', practitioner: 'A', facts: { a: '1', b: '1' } });
      const p2 = await told('2', { patient: 'p', document: 'd2', practitioner: 'A', facts: { c: '1' } });
      const q = await told('3', { patient: 'q', document: 'd3', practitioner: 'A', facts: { a: '1' } });
      for (const id of [p1, p2, q]) await delivered(id);
      const [removal] = await done(await purge([p1, p2]));
      expect(removal).to.deep.include({ receiver: 'r', state: 'removed', remains: [], why: null });
      expect(removal!.removed).to.equal(10);
      expect(there()).to.deep.equal(
        [
          `Patient/${idOf('q')}`,
          `Practitioner/${idOf('dr')}`,
          `Observation/${idOf('q a')}`,
          `Composition/${idOf('composition d3')}`,
          `DocumentReference/${idOf('reference d3')}`,
          `Provenance/${idOf('provenance d3')}`,
        ].sort(),
      );
      const own = open.store.of('');
      expect(await own.ask('deliveryLedgerOf', 'r', { Patient: [idOf('p'), idOf('q')] })).to.have.lengthOf(1);
      expect((await own.ask('eventsOf', p1)).at(-1)).to.deep.include({
        what: 'purged-at',
        detail: { receiver: 'r', state: 'removed', removed: 10 },
      });
      const audits = await own.ask('auditsOf', { action: 'purge', document: p1, count: 10 });
      expect(audits.map(({ detail }) => detail)).to.deep.equal(['r: removed, 10 removed, 0 remain', 'asked for']);
      // The last patient goes with all that nobody tells any more.
      await done(await purge([q]));
      expect(there()).to.deep.equal([]);
    });

    it('of one document leaves what the patient’s other documents have', async () => {
      start({ maxEntries: 2 });
      const one = await told('1', { patient: 'p', document: 'd1', facts: { a: '1', b: '1' } });
      const other = await told('2', { patient: 'p', document: 'd2', facts: { a: '1' } });
      for (const id of [one, other]) await delivered(id);
      await done(await purge([one]));
      expect(there()).to.have.members([
        `Patient/${idOf('p')}`,
        `Observation/${idOf('p a')}`,
        `Composition/${idOf('composition d2')}`,
        `DocumentReference/${idOf('reference d2')}`,
        `Provenance/${idOf('provenance d2')}`,
      ]);
    });

    it('is tried until the server accepts it, also after a pause', async () => {
      start();
      const id = await told('1', { patient: 'p', document: 'd1', facts: { a: '1' } });
      await delivered(id);
      double.faults = [
        { status: 503, headers: { 'Retry-After': '0' } },
        { cut: 'before' },
        { status: 409 },
        { status: 401 },
      ];
      await purge([id]);
      for (const until = Date.now() + 20_000; Date.now() < until;) {
        await delay(20);
        deliverer?.wake();
        if ((await open.store.ask('receiverState', 'r')) === 'paused') break;
      }
      expect((await open.store.of('').ask('removalsOf', 'purge'))[0]).to.include({
        state: 'waiting',
        why: 'login',
        status: 401,
      });
      await deliverer!.resume();
      expect((await done('purge'))[0]).to.include({ state: 'removed' });
      expect(there()).to.deep.equal([]);
    });

    it('reports what the server keeps because its own resources refer to it', async () => {
      start();
      const id = await told('1', { patient: 'p', document: 'd1', facts: { a: '1', b: '2' } });
      await delivered(id);
      double.resources.set('Flag/theirs', JSON.stringify({ subject: { reference: `Patient/${idOf('p')}` } }));
      const [removal] = await done(await purge([id]));
      expect(removal).to.deep.include({
        state: 'remains',
        why: 'conflict',
        status: 409,
        remains: [`Patient/${idOf('p')}`],
      });
      expect(there()).to.deep.equal(['Flag/theirs', `Patient/${idOf('p')}`]);
      const [last] = await open.store.of('').ask('auditsOf', { action: 'purge', count: 1 });
      expect(last).to.include({ isRefused: true, detail: 'r: remains, 5 removed, 1 remain' });
      const own = open.store.of('');
      // Asked again while theirs is still there it remains; without theirs it goes.
      expect(await own.ask('retryRemovals', 'purge', ['r'], 'ops', Date.now())).to.equal(1);
      expect((await done('purge'))[0]).to.include({ state: 'remains', removed: 5 });
      double.resources.delete('Flag/theirs');
      expect(await own.ask('retryRemovals', 'purge', [], 'ops', Date.now())).to.equal(0);
      expect(await own.ask('retryRemovals', 'purge', ['r'], 'ops', Date.now())).to.equal(1);
      expect((await done('purge'))[0]).to.deep.include({ state: 'removed', removed: 6, remains: [], why: null });
      expect(there()).to.deep.equal([]);
      expect(await own.ask('retryRemovals', 'purge', ['r'], 'ops', Date.now())).to.equal(0);
    });

    it('waits for deliveries that are on their way, and removes them, too', async () => {
      start();
      double.milliseconds = 300;
      const id = await told('1', { patient: 'p', document: 'd1', facts: { a: '1' } });
      deliverer!.wake();
      while (double.requests.length === 0) await delay(5);
      await purge([id]);
      expect((await done('purge'))[0]).to.include({ state: 'removed', removed: 5 });
      expect(double.requests).to.have.lengthOf(2);
      expect(there()).to.deep.equal([]);
      expect(await open.store.of('').ask('deliveryLedgerOf', 'r', { Patient: [idOf('p')] })).to.deep.equal([]);
    });

    it('leaves what a later document has', async () => {
      start();
      const id = await told('1', { patient: 'p', document: 'd1', facts: { a: '1' } });
      await delivered(id);
      await deliverer!.pause('test');
      await purge([id]);
      const later = await told('2', { patient: 'p', document: 'd2', facts: { b: '1' } });
      await deliverer!.resume();
      await done('purge');
      await delivered(later);
      expect(there()).to.include.members([`Patient/${idOf('p')}`, `Observation/${idOf('p b')}`]);
      expect(there()).not.to.include(`Observation/${idOf('p a')}`);
    });

    it('leaves what another tenant has sent there', async () => {
      start();
      const one = await told('1', { patient: 'p', document: 'd1', facts: { a: '1' } }, 'a');
      const other = await told('1', { patient: 'p', document: 'd1', facts: { a: '1' } }, 'b');
      await delivered(one, 'a');
      await delivered(other, 'b');
      await purge([one], ['r'], 'a');
      expect((await done('purge', 'a'))[0]).to.include({ state: 'removed', removed: 0 });
      expect(there()).to.have.lengthOf(5);
    });

    it('finds resources again by their tag, where the server gives ids itself', async () => {
      double.givesIds = true;
      start({ upsert: 'tag' });
      const id = await told('1', { patient: 'p', document: 'd1', facts: { a: '1' } });
      await delivered(id);
      expect(there()).to.have.lengthOf(5);
      await done(await purge([id]));
      expect(there()).to.deep.equal([]);
    });

    it('reports a receiver that is no longer in the settings', async () => {
      start();
      const id = await told('1', { patient: 'p', document: 'd1', facts: {} });
      await delivered(id);
      await purge([id], []);
      const [removal] = await open.store.of('').ask('removalsOf', 'purge');
      expect(removal).to.deep.include({ state: 'remains', why: 'it is not in the settings any more' });
      expect(removal!.remains).to.include(`Patient/${idOf('p')}`);
      // Named again, it is asked.
      expect(await open.store.of('').ask('retryRemovals', 'purge', ['r'], 'ops', Date.now())).to.equal(1);
      expect((await done('purge'))[0]).to.include({ state: 'removed' });
      expect(there()).to.deep.equal([]);
    });
  },
  ['SQLite', 'PostgreSQL, encrypted'],
);
