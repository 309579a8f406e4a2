/** What holds where several nodes work on one store. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import pg from 'pg';
import { openStore, type Store } from '../../src/store/store.js';
import type { Task } from '../../src/store/records.js';
import { startPostgres, type ThrowAwayPostgres } from '../../scripts/throw-away-postgres.js';
import { accepted, convertNext, document, eventsOf, opened, result, stateOf, thread, type Opened } from './opened.js';

describe('several nodes on one PostgreSQL', function () {
  this.timeout(120_000);
  let open: Opened;
  let one: Store;
  let other: Store;

  beforeEach(async function () {
    try {
      open = await opened('PostgreSQL');
    } catch (error) {
      console.warn(`    skipped: ${(error as Error).message}`);
      this.skip();
    }
    one = open.store;
    other = await openStore(open.place, thread);
  });
  afterEach(async () => {
    await other.close();
    await open.close();
  });

  /** So much time passes for what is lent. */
  async function pass(milliseconds: number): Promise<void> {
    const client = new pg.Client({ connectionString: open.place });
    await client.connect();
    await client.query("set cairn.tenant = '*'");
    await client.query(`update task set lease = lease - ${milliseconds}`);
    await client.end();
  }

  it('take each task once, however many nodes ask at the same time', async () => {
    await Promise.all(
      Array.from({ length: 400 }, (_, index) => one.of('').ask('accept', document(`<a>${index}</a>`), index)),
    );
    const taken: number[] = [];
    const take = async (store: Store): Promise<void> => {
      for (;;) {
        const tasks = await store.ask('claim', ['convert'], 3, Date.now());
        if (tasks.length === 0) return;
        taken.push(...tasks.map(({ id }) => id));
      }
    };
    await Promise.all([one, one, one, one, other, other, other, other].map(take));
    expect(taken).to.have.lengthOf(400);
    expect(new Set(taken).size).to.equal(400);
  });

  it('accept one document once, even if it is sent to both at the same time', async () => {
    for (let index = 0; index < 20; index++) {
      const answers = await Promise.all(
        [one, other].map((store) =>
          store.of('').ask('accept', document(`<same>${index}</same>`, { repeatKey: `k${index}` }), 1),
        ),
      );
      expect(answers.map(({ outcome }) => outcome).sort()).to.deep.equal(['accepted', 'repeat']);
    }
    expect((await one.ask('numbers')).waiting).to.equal(20);
  });

  it('take over a task only when its node is silent', async () => {
    await accepted(one, '<a/>');
    const [task] = await one.ask('claim', ['convert'], 1, Date.now() + 1);
    expect(await other.ask('claim', ['convert'], 1, Date.now() + 1)).to.deep.equal([]);
    // Renewed, it is its own for another fifteen seconds.
    await pass(10_000);
    await one.ask('renew', [task!]);
    await pass(14_000);
    expect(await other.ask('claim', ['convert'], 1, Date.now())).to.deep.equal([]);
    await pass(1500);
    const [again] = await other.ask('claim', ['convert'], 1, Date.now());
    expect(again).to.include({ id: task!.id, attempt: 2 });
    // The slow one comes back: it writes nothing, and its word does not renew what is another's.
    expect(await one.of('').ask('finishConversion', task!, result({}), Date.now())).to.equal(false);
    await one.ask('renew', [task!]);
    expect(await other.of('').ask('finishConversion', again!, result({}), Date.now())).to.equal(true);
    expect((await eventsOf(one, task!.document)).filter((what) => what === 'converted')).to.have.lengthOf(1);
  });

  it('see that one of two versions replaces the other, even if both are converted at the same time', async () => {
    for (let round = 0; round < 15; round++) {
      const facts = { patient: `p${round}`, custodian: 'c', kind: 'k', documentId: `d${round}`, setId: `s${round}` };
      const ids = [await accepted(one, `<a>${round}</a>`), await accepted(one, `<b>${round}</b>`)];
      const tasks = await one.ask('claim', ['convert'], 2, Date.now() + 100_000);
      expect(tasks.map(({ document: id }) => id)).to.have.members(ids);
      await Promise.all(
        tasks.map((task, index) =>
          (index === 0 ? one : other)
            .of('')
            .ask('finishConversion', task, result({ ...facts, version: task.document === ids[0] ? 1 : 2 }), Date.now()),
        ),
      );
      expect(await Promise.all(ids.map((id) => stateOf(one, id)))).to.deep.equal(['replaced', 'converted']);
    }
  });

  it('mark a document as delivered, even if its receivers have it at the same moment', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 20; index++) {
      await accepted(one, `<a>${index}</a>`);
      ids.push(await convertNext(one, { patient: `p${index}` }, { receivers: ['r', 's'] }));
    }
    const late = Date.now() + 100_000;
    const [r, s] = await Promise.all([
      one.ask('claimDeliveries', 'r', 20, late),
      other.ask('claimDeliveries', 's', 20, late),
    ]);
    const finish = (store: Store, tasks: readonly Task[]): Promise<boolean>[] =>
      tasks.map((task) =>
        store
          .of('')
          .ask('finishDelivery', task, { put: [], gone: [] }, { sent: 1, same: 0, older: 0, removed: 0 }, late),
      );
    await Promise.all([...finish(one, r), ...finish(other, s)]);
    expect(new Set(await Promise.all(ids.map((id) => stateOf(one, id))))).to.deep.equal(new Set(['delivered']));
  });

  it('never deliver two documents of one patient to one receiver at the same time', async () => {
    for (let index = 0; index < 12; index++) {
      await accepted(one, `<a>${index}</a>`);
      await convertNext(one, { patient: `p${index % 3}` }, { receivers: ['r'] });
    }
    const late = Date.now() + 100_000;
    const taken = (
      await Promise.all([one, other, one, other].map((store) => store.ask('claimDeliveries', 'r', 12, late)))
    ).flat();
    expect(taken).to.have.lengthOf(3);
  });

  it('lock shared resources for the first node, until it is done or gone', async () => {
    for (const patient of ['p1', 'p2']) {
      await accepted(one, `<a>${patient}</a>`);
      await convertNext(one, { patient }, { receivers: ['r'] });
    }
    const [first, second] = await one.ask('claimDeliveries', 'r', 2, Date.now() + 100_000);
    expect(await one.of('').ask('takeAddresses', first!, ['Practitioner/1', 'Organization/1'])).to.equal(true);
    expect(await other.of('').ask('takeAddresses', second!, ['Organization/1', 'Location/1'])).to.equal(false);
    // None of them is held by the one that got not all.
    expect(await one.of('').ask('takeAddresses', first!, ['Location/1'])).to.equal(true);
    await one.of('').ask('dropAddresses', first!);
    expect(await other.of('').ask('takeAddresses', second!, ['Organization/1'])).to.equal(true);
    // Its task is given back: nobody sends any more.
    await other.of('').ask('postponeDelivery', second!, 0, true, { why: 'x' }, 1);
    expect(await one.of('').ask('takeAddresses', first!, ['Organization/1'])).to.equal(true);
  });

  it('notify each other when there is something to do', async () => {
    let called = 0;
    other.onAnnounced(() => called++);
    // It may still be about to listen.
    for (let tries = 0; tries < 100 && called === 0; tries++) {
      one.announce();
      await delay(100);
    }
    expect(called).to.be.greaterThan(0);
  });
});

describe('a PostgreSQL that is killed', function () {
  this.timeout(120_000);

  it('gives a failure, and has everything that it had confirmed when it is back', async function () {
    let server: ThrowAwayPostgres;
    try {
      // One of its own: the others go on meanwhile.
      server = await startPostgres();
    } catch (error) {
      console.warn(`    skipped: ${(error as Error).message}`);
      this.skip();
    }
    const store = await openStore(await server.database(), thread);
    try {
      const taken: string[] = [];
      let failed = 0;
      const sending = Array.from({ length: 8 }, async (_, client) => {
        for (let index = 0; failed < 8 && index < 100_000; index++) {
          try {
            const answer = await store.of('').ask('accept', document(`<a>${client} ${index}</a>`), index);
            if (answer.outcome === 'accepted') taken.push(answer.id);
          } catch {
            failed++;
          }
        }
      });
      await delay(1000);
      await server.kill();
      await Promise.all(sending);
      expect(taken.length).to.be.greaterThan(8);
      await server.restart();
      for (const id of taken) expect(await stateOf(store, id)).to.equal('received');
      expect((await store.of('').ask('accept', document('<after/>'), 1)).outcome).to.equal('accepted');
    } finally {
      await store.close();
      server.stop();
    }
  });

  it('loses nothing, and does nothing twice, even if its connections end again and again', async function () {
    let open: Opened;
    try {
      open = await opened('PostgreSQL');
    } catch (error) {
      console.warn(`    skipped: ${(error as Error).message}`);
      this.skip();
    }
    const admin = new pg.Client({ connectionString: open.place });
    await admin.connect();
    const until = Date.now() + 6000;
    const storm = (async () => {
      for (let ended = 0; ;) {
        await delay(300);
        const { rows } = await admin.query<{ ended: number }>(
          'select count(pg_terminate_backend(pid))::int as ended from pg_stat_activity where datname = current_database() and usename = current_user and pid <> pg_backend_pid()',
        );
        ended += rows[0]!.ended;
        if (Date.now() > until) return ended;
      }
    })();
    const taken = new Set<string>();
    const done = new Map<string, number>();
    let failed = 0;
    try {
      const clients = Array.from({ length: 4 }, async (_, client) => {
        for (let index = 0; Date.now() < until; index++) {
          try {
            const answer = await open.store.of('').ask('accept', document(`<a>${client} ${index}</a>`), Date.now());
            if (answer.outcome !== 'conflict') taken.add(answer.id);
          } catch {
            failed++;
            await delay(5);
          }
        }
      });
      const workers = Array.from({ length: 2 }, async () => {
        while (Date.now() < until) {
          try {
            for (const task of await open.store.ask('claim', ['convert'], 4, Date.now())) {
              if (await open.store.of('').ask('finishConversion', task, result({}), Date.now()))
                done.set(task.document, (done.get(task.document) ?? 0) + 1);
            }
          } catch {
            failed++;
            await delay(5);
          }
        }
      });
      await Promise.all([...clients, ...workers]);
      expect(await storm).to.be.greaterThan(5);
      expect(failed).to.be.greaterThan(0);
      expect(taken.size).to.be.greaterThan(5);
      // It is whole again, by itself, as soon as it has connections that nobody ended.
      let after: string | undefined;
      for (let tries = 0; after === undefined && tries < 40; tries++) {
        try {
          after = (await open.store.of('').ask('accept', document('<after/>'), Date.now())).outcome;
        } catch {
          await delay(250);
        }
      }
      expect(after).to.equal('accepted');
      expect((await open.store.ask('check', '', 1_000_000)).faults).to.deep.equal([]);
      for (const id of taken) {
        const state = await stateOf(open.store, id);
        // What was begun when its connection ended is lent until its lease is over.
        expect(state).to.be.oneOf(done.has(id) ? ['converted'] : ['received', 'converting', 'converted']);
      }
      expect([...done.values()].filter((count) => count > 1)).to.deep.equal([]);
      for (const id of [...done.keys()].slice(0, 100))
        expect((await eventsOf(open.store, id)).filter((what) => what === 'converted')).to.have.length(1);
    } finally {
      await storm;
      await admin.end();
      await open.close();
    }
  });
});
