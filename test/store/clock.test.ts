/** Clocks are set, and nodes have wrong ones: nothing waits for a time that somebody else thinks it is. */
import { expect } from 'chai';
import { openSqliteOwner } from '../../src/store/sqlite-owner.js';
import { openStore } from '../../src/store/store.js';
import type { Task } from '../../src/store/records.js';
import { describeEngines, newPlace } from './engines.js';
import { document, opened, result, stateOf, thread } from './opened.js';

const HOUR = 3_600_000;

describeEngines(
  'a store whose nodes have different clocks',
  (engine) => {
    it('gives documents of a node with a fast clock to a node with a right clock, and those of that node to one with a slow clock', async () => {
      const open = await opened(engine);
      const { store } = open;
      try {
        const fast = await store.of('').ask('accept', document('<fast/>'), Date.now() + HOUR);
        expect((await store.ask('claim', ['convert'], 1, Date.now())).map(({ document: id }) => id)).to.deep.equal([
          fast.outcome === 'accepted' ? fast.id : '',
        ]);
        await store.of('').ask('accept', document('<right/>'), Date.now());
        const [slow] = await store.ask('claim', ['convert'], 1, Date.now() - HOUR);
        expect(slow).not.to.equal(undefined);
        // So are deliveries.
        await store.of('').ask('finishConversion', slow!, result({}, { receivers: ['r'] }), Date.now() + HOUR);
        expect(await store.ask('claimDeliveries', 'r', 1, Date.now() - HOUR)).to.have.length(1);
      } finally {
        await open.close();
      }
    });

    it('delays a postponed task for the right time, whatever the node’s clock says', async () => {
      const open = await opened(engine);
      const { store } = open;
      try {
        await store.of('').ask('accept', document('<a/>'), Date.now());
        const [task] = await store.ask('claim', ['convert'], 1, Date.now());
        await store.of('').ask('release', task!, HOUR);
        expect(await store.ask('claim', ['convert'], 1, Date.now())).to.deep.equal([]);
        expect(await store.ask('claim', ['convert'], 1, Date.now() + HOUR + 1000)).to.have.length(1);
      } finally {
        await open.close();
      }
    });
  },
  ['SQLite', 'PostgreSQL'],
);

describe('a store in a folder, on a machine whose clock is set back', () => {
  it('goes on at once with waiting tasks while it runs', async () => {
    const { place, remove } = await newPlace('SQLite');
    const owner = await openSqliteOwner(place);
    const real = Date.now;
    let last = 0;
    const ask = async (name: string, ...args: unknown[]): Promise<unknown> => {
      const ofTenant = ['accept', 'release'].includes(name) ? { tenant: '' } : {};
      const answer = await owner.ask({ id: ++last, name, args, ...ofTenant } as Parameters<typeof owner.ask>[0]);
      if ('error' in answer) throw new Error(answer.error.message);
      return answer.value;
    };
    try {
      await ask('accept', document('<a/>'), Date.now());
      const [task] = (await ask('claim', ['convert'], 1, Date.now())) as Task[];
      await ask('release', task, HOUR);
      expect(await ask('claim', ['convert'], 1, Date.now())).to.deep.equal([]);
      Date.now = () => real() - HOUR;
      expect(await ask('claim', ['convert'], 1, Date.now())).to.have.length(1);
    } finally {
      Date.now = real;
      await owner.close();
      remove();
    }
  });

  it('goes on with waiting tasks after a restart, and loses nothing', async () => {
    const open = await opened();
    const taken = await open.store.of('').ask('accept', document('<a/>'), Date.now());
    const [task] = await open.store.ask('claim', ['convert'], 1, Date.now());
    await open.store.of('').ask('release', task!, 24 * HOUR);
    await open.store.close();
    const store = await openStore(open.place, thread);
    try {
      const id = taken.outcome === 'accepted' ? taken.id : '';
      expect(await stateOf(store, id)).to.equal('received');
      expect(await store.ask('claim', ['convert'], 1, Date.now())).to.have.length(1);
    } finally {
      await store.close();
      await open.close();
    }
  });
});
