import { expect } from 'chai';
import { setTimeout as delay } from 'node:timers/promises';
import { startDeliverer, type Deliverer } from '../../src/delivery/deliverer.js';
import { createFhirReceiver, type FhirSettings } from '../../src/delivery/fhir.js';
import { createHttpClient } from '../../src/delivery/http.js';
import { createLogin } from '../../src/delivery/login.js';
import type { DocumentFacts } from '../../src/store/records.js';
import { seeded } from '../seeded.js';
import { describeEngines } from '../store/engines.js';
import { accepted, convertNext, eventsOf, opened, stateOf, type Opened } from '../store/opened.js';
import { bundleOf, idOf, type Told } from './bundles.js';
import { outcome, startDouble, type Double } from './double.js';

describeEngines(
  'delivery to a FHIR server',
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

    function start(more: Partial<FhirSettings> = {}, token?: string): void {
      const http = createHttpClient({ timeoutSeconds: 1 });
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
      const login = token === undefined ? undefined : createLogin({ kind: 'bearer', token }, double.url, http);
      const receiver = createFhirReceiver(settings, http, login);
      const nothing = (): void => undefined;
      deliverer = startDeliverer({ store: open.store, receiver, tell: nothing, onDelivery: nothing });
    }

    /** A document that is converted and waits to be delivered. */
    async function told(text: string, what: Told, facts: DocumentFacts = {}): Promise<string> {
      const id = await accepted(open.store, text);
      const { bundle, resources } = bundleOf(what);
      const { patient } = what;
      await convertNext(
        open.store,
        { patient: idOf(patient), custodian: 'c', documentId: what.document, ...facts },
        { bundle, resources, receivers: ['r'], mapping: text },
      );
      return id;
    }

    async function settled(id: string): Promise<string> {
      deliverer?.wake();
      for (const until = Date.now() + 20_000; Date.now() < until;) {
        const [delivery] = await open.store.of('').ask('deliveriesOf', id);
        const state = await stateOf(open.store, id);
        if (state !== 'converted' || delivery?.state !== 'waiting') return state;
        await delay(10);
      }
      throw new Error('not settled');
    }

    const observation = (patient: string, name: string): string | undefined => {
      const json = double.resources.get(`Observation/${idOf(`${patient} ${name}`)}`);
      return json === undefined ? undefined : (JSON.parse(json) as { code: { text: string } }).code.text;
    };

    it('sends the first document whole, and only the new resources of the next one', async () => {
      start();
      const one = await told('1', { patient: 'p', document: 'd1', practitioner: 'A', facts: { a: '1', b: '1' } });
      expect(await settled(one)).to.equal('delivered');
      const two = await told(
        '2',
        { patient: 'p', document: 'd2', practitioner: 'A', facts: { a: '1', c: '1' } },
        { effective: '2024-01-01' },
      );
      expect(await settled(two)).to.equal('delivered');
      const [delivery] = await open.store.of('').ask('deliveriesOf', two);
      expect(delivery).to.include({ state: 'delivered', sent: 4, same: 3, older: 0, status: 200 });
      expect(double.requests.map(({ entries }) => entries)).to.deep.equal([7, 4]);
      expect(new Set(double.writes.values())).to.deep.equal(new Set([1]));
      expect(double.requests[0]!.headers).to.include({
        'content-type': 'application/fhir+json',
        prefer: 'return=minimal',
      });
    });

    it('never lets an older document overwrite what a newer one says', async () => {
      start();
      const late = { effective: '2024-06-01' };
      const early = { effective: '2023-06-01' };
      await settled(await told('new', { patient: 'p', document: 'd2', facts: { a: 'new' } }, late));
      const old = await told('old', { patient: 'p', document: 'd1', facts: { a: 'old', b: 'old' } }, early);
      expect(await settled(old)).to.equal('delivered');
      expect([observation('p', 'a'), observation('p', 'b')]).to.deep.equal(['new', 'old']);
      expect((await open.store.of('').ask('deliveriesOf', old))[0]).to.include({ older: 1 });
    });

    it('remembers the newest document with the same content', async () => {
      start();
      for (const [text, year, value] of [
        ['1', '2020', 'x'],
        ['3', '2024', 'x'],
        ['2', '2022', 'y'],
      ] as const) {
        await settled(await told(text, { patient: 'p', document: text, facts: { a: value } }, { effective: year }));
      }
      expect(observation('p', 'a')).to.equal('x');
    });

    it('removes what a newer version no longer has, and keeps the DocumentReference as superseded', async () => {
      start();
      const one = await told(
        '1',
        { patient: 'p', document: 'd1', practitioner: 'A', facts: { a: '1', b: '1' } },
        { setId: 's', version: 1 },
      );
      await settled(one);
      const other = await told('x', { patient: 'p', document: 'd9', facts: { b: '1' } }, { custodian: 'else' });
      await settled(other);
      const two = await told('2', { patient: 'p', document: 'd2', facts: { c: '1' } }, { setId: 's', version: 2 });
      expect(await settled(two)).to.equal('delivered');
      expect(await stateOf(open.store, one)).to.equal('replaced');
      expect(observation('p', 'a')).to.equal(undefined);
      // Another document tells of b still, and the practitioner is not the patient's.
      expect(observation('p', 'b')).to.equal('1');
      expect(double.resources.has(`Practitioner/${idOf('dr')}`)).to.equal(true);
      expect(double.resources.get(`DocumentReference/${idOf('reference d1')}`)).to.contain('"superseded"');
      expect((await open.store.of('').ask('deliveriesOf', two))[0]).to.include({ removed: 3 });
    });

    it('neither sends nor waits for a version that was replaced before it was sent', async () => {
      const one = await told('1', { patient: 'p', document: 'd1', facts: { a: '1' } }, { setId: 's', version: 1 });
      const two = await told('2', { patient: 'p', document: 'd2', facts: { c: '1' } }, { setId: 's', version: 2 });
      start();
      expect(await settled(two)).to.equal('delivered');
      expect((await open.store.of('').ask('deliveriesOf', one))[0]).to.include({ state: 'replaced', sent: 0 });
      expect(await open.store.ask('receiverOf', 'r')).to.include({ waiting: 0, delivered: 1 });
      expect(observation('p', 'a')).to.equal(undefined);
    });

    it('keeps a resource that others refer to, and says so', async () => {
      start();
      await settled(await told('1', { patient: 'p', document: 'd1', facts: { a: '1' } }, { setId: 's', version: 1 }));
      double.resources.set(
        'List/1',
        JSON.stringify({ resourceType: 'List', entry: [{ reference: `Observation/${idOf('p a')}` }] }),
      );
      const two = await told('2', { patient: 'p', document: 'd2', facts: { c: '1' } }, { setId: 's', version: 2 });
      expect(await settled(two)).to.equal('delivered');
      expect(observation('p', 'a')).to.equal('1');
      expect(await eventsOf(open.store, two)).to.include('not-removed');
    });

    it('splits Bundles to the size that the server accepts, and learns it from 413', async () => {
      double.maxEntries = 7;
      start({ maxEntries: 50 });
      const facts = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`f${index}`, 'x']));
      expect(await settled(await told('1', { patient: 'p', document: 'd1', facts }))).to.equal('delivered');
      expect(double.resources.size).to.equal(44);
      expect(Math.max(...double.requests.slice(4).map(({ entries }) => entries))).to.be.at.most(7);
    });

    it('goes on where it stopped when the line is cut in the middle', async () => {
      start({ maxEntries: 5 });
      double.faults = [undefined, { cut: 'after' }];
      const facts = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`f${index}`, 'x']));
      expect(await settled(await told('1', { patient: 'p', document: 'd1', facts }))).to.equal('delivered');
      expect(double.resources.size).to.equal(13);
      expect(new Set(double.writes.values())).to.deep.equal(new Set([1]));
    });

    it('tries conflicts and a server that is away again, and asks for what Retry-After says', async () => {
      start();
      double.faults = [
        { status: 409 },
        { status: 503, headers: { 'Retry-After': '1' } },
        { cut: 'before' },
        { status: 500 },
      ];
      const started = Date.now();
      expect(await settled(await told('1', { patient: 'p', document: 'd1', facts: { a: '1' } }))).to.equal('delivered');
      expect(Date.now() - started).to.be.at.least(1000);
    });

    it('makes a dead letter of a refused document, with the answer of the server, and sends it again when asked', async () => {
      start();
      double.faults = [{ status: 422, body: JSON.stringify(outcome('no such code')) }];
      const id = await told('1', { patient: 'p', document: 'd1', facts: { a: '1' } });
      expect(await settled(id)).to.equal('undelivered');
      const [letter] = await open.store.of('').ask('deadLetters', 'r', 10, Number.MAX_SAFE_INTEGER);
      expect(letter).to.include({ document: id, status: 422, state: 'dead' });
      expect(letter!.outcome).to.contain('no such code');
      expect(await open.store.of('').ask('redeliver', 'r', id, Date.now())).to.equal(1);
      expect(await settled(id)).to.equal('delivered');
    });

    it('pauses a receiver that refuses our login, so that a wrong password makes no dead letters', async () => {
      double.authorization = 'Bearer right';
      start({}, 'wrong');
      const id = await told('1', { patient: 'p', document: 'd1', facts: { a: '1' } });
      deliverer!.wake();
      for (;;) {
        const { state, reason } = await open.store.ask('receiverOf', 'r');
        if (state === 'paused') {
          expect(reason).to.equal('login: it answers 401');
          break;
        }
        await delay(20);
      }
      expect((await open.store.of('').ask('deliveriesOf', id))[0]).to.include({ state: 'waiting' });
      double.authorization = 'Bearer wrong';
      await deliverer!.resume();
      expect(await settled(id)).to.equal('delivered');
    });

    it('never sends two documents of one patient at once', async () => {
      double.milliseconds = 20;
      start({ lanes: 8 });
      const ids: string[] = [];
      for (let index = 0; index < 12; index++) {
        const patient = `p${index % 3}`;
        ids.push(
          await told(
            `${index}`,
            { patient, document: `d${index}`, facts: { [`f${index}`]: 'x' } },
            { effective: `20${10 + index}` },
          ),
        );
      }
      for (const id of ids) expect(await settled(id)).to.equal('delivered');
      expect(double.overlaps).to.equal(0);
    });

    it('upserts by tag at servers that give ids themselves', async () => {
      double.givesIds = true;
      start({ upsert: 'tag', maxEntries: 3 });
      await settled(await told('1', { patient: 'p', document: 'd1', facts: { a: '1', b: '1' } }));
      const size = double.resources.size;
      await settled(
        await told('2', { patient: 'p', document: 'd2', facts: { a: '2', b: '1' } }, { effective: '2024' }),
      );
      expect(size).to.equal(6);
      expect(double.resources.size).to.equal(9);
      const texts = [...double.resources.values()].filter((json) => json.includes('"Observation"'));
      expect(texts.filter((json) => json.includes('"text":"2"'))).to.have.lengthOf(1);
      expect(texts.every((json) => /"reference":"Patient\/\d+"/.test(json))).to.equal(true);
    });

    it('ends with the same state in any order, with any faults', async () => {
      for (let seed = 1; seed <= 4; seed++) {
        const random = seeded(seed);
        const documents = Array.from({ length: 8 }, (_, index) => ({
          effective: `20${10 + index}-01-01`,
          what: {
            patient: `s${seed} p${index % 2}`,
            document: `s${seed} d${index}`,
            practitioner: `name ${index}`,
            facts: Object.fromEntries(
              ['a', 'b', 'c'].filter(() => random() < 0.7).map((name) => [name, `${name} of ${index % 3}`]),
            ),
          },
        }));
        const expected = new Map<string, string>();
        for (const { what } of documents) {
          for (const [name, text] of Object.entries(what.facts)) expected.set(`${what.patient} ${name}`, text);
        }
        double.faults = Array.from({ length: 40 }, () => {
          const dice = random();
          if (dice < 0.1) return { status: 409 };
          if (dice < 0.15) return { status: 500 };
          if (dice < 0.25) return { cut: dice < 0.2 ? 'before' : 'after' } as const;
          return undefined;
        });
        if (deliverer === undefined) start({ maxEntries: 4 });
        const ids: string[] = [];
        for (const { effective, what } of [...documents].sort(() => random() - 0.5))
          ids.push(await told(what.document, what, { effective }));
        for (const id of ids) expect(await settled(id)).to.equal('delivered');
        for (const [fact, text] of expected) {
          const json = double.resources.get(`Observation/${idOf(fact)}`)!;
          expect((JSON.parse(json) as { code: { text: string } }).code.text, `${fact}, seed ${seed}`).to.equal(text);
        }
        expect(double.resources.get(`Practitioner/${idOf('dr')}`)).to.contain('name 7');
      }
      expect(double.overlaps).to.equal(0);
    });
  },
  ['SQLite', 'PostgreSQL'],
);
