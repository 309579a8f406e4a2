/**
 * The loop of one receiver. It takes the tasks that wait for this receiver, runs them in lanes (those of one patient
 * never at once), and writes down the outcome.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { currentStates, type Task } from '../store/records.js';
import type { Store } from '../store/store.js';
import { startTaskLoop } from '../store/task-loop.js';
import { NO_LEDGER_CHANGE, type Delivered, type Parcel, type Receiver } from './receiver.js';
import { toldByOthers } from './told-by-others.js';
import type { Trouble, Verdict } from './verdict.js';

export interface DelivererOptions {
  readonly store: Store;
  readonly receiver: Receiver;
  /** Writes to the log. Nothing about patients goes there. */
  readonly tell: (what: string, detail: Readonly<Record<string, unknown>>) => void;
  readonly onDelivery: (outcome: Verdict['kind'], milliseconds: number, counts: Delivered['counts']) => void;
}

export interface Deliverer {
  readonly receiver: Pick<Receiver, 'name'>;
  wake(): void;
  pause(reason: string): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * After so many failures in a row the receiver counts as down. Then only one request at a time is tried, until one
 * succeeds.
 */
const BREAKS_AFTER = 5;

/**
 * After so many refusals in a row with the same status, of different documents, the fault is the receiver's. Then it is
 * paused.
 */
const PAUSES_AFTER = 20;

export function startDeliverer({ store, receiver, tell, onDelivery }: DelivererOptions): Deliverer {
  const { name } = receiver;
  const state = {
    failures: 0,
    /** While the receiver is down, nothing is tried before this time. */
    notBefore: 0,
    refusals: { status: 0, count: 0 },
  };
  const loop = startTaskLoop({
    claim,
    run,
    failed,
    storeFailed: (code) => tell('store', { what: code }),
    ...(store.isShared ? { renew: (tasks) => store.ask('renew', tasks) } : {}),
  });

  async function claim(running: number): Promise<readonly Task[]> {
    const isDown = state.failures >= BREAKS_AFTER;
    const free = (isDown ? 1 : receiver.lanes) - running;
    const now = Date.now();
    if (free <= 0 || (isDown && now < state.notBefore)) return [];
    // Asked each time, because another node or an operator may have paused the receiver.
    if ((await store.ask('receiverState', name)) === 'paused') return [];
    const removals = await store.ask('claimRemovals', name, now);
    const room = free - removals.length;
    return room === 0 ? removals : [...removals, ...(await store.ask('claimDeliveries', name, room, now))];
  }

  function failed(task: Task, error: unknown): Promise<unknown> {
    const own = store.of(task.tenant);
    if (task.kind === 'remove') return own.ask('postponeRemoval', task, 5000, true, { why: 'fault' });
    tell('delivery failed', { document: task.document, what: error instanceof Error ? error.name : 'unknown' });
    const trouble = { why: 'fault' };
    return task.attempt < 5
      ? own.ask('postponeDelivery', task, 5000, true, trouble, Date.now())
      : own.ask('giveUpDelivery', task, trouble, Date.now());
  }

  function run(task: Task): Promise<void> {
    return task.kind === 'remove' ? remove(task) : deliver(task);
  }

  /** A document was purged here. The receiver has to delete it too. */
  async function remove(task: Task): Promise<void> {
    const own = store.of(task.tenant);
    const removal = await own.ask('removalOf', task.document);
    if (removal === undefined) return;
    const {
      verdict,
      gone,
      removed,
      remains,
      isOnlyTold = false,
    } = await receiver.remove({
      ...removal,
      attempt: task.attempt - 1,
      failures: state.failures,
      told: () => toldByOthers(store, task, removal),
      ...(store.isShared ? { take: (addresses) => take(task, addresses) } : {}),
    });
    const now = Date.now();
    const end = { gone, removed: isOnlyTold ? 0 : removed };
    switch (verdict.kind) {
      case 'done': {
        await isUp();
        const told = isOnlyTold ? ('told' as const) : ('removed' as const);
        const still = isOnlyTold ? removal.documents : remains;
        await own.ask('finishRemoval', task, { ...end, state: told, remains: still, status: verdict.status }, now);
        return;
      }
      case 'again':
        if (!verdict.isCounted) await hasFailed(verdict, now);
        await own.ask('postponeRemoval', task, verdict.wait, verdict.isCounted, trouble(verdict));
        return;
      case 'paused':
        await own.ask('postponeRemoval', task, 0, false, trouble(verdict));
        await pause(verdict.status === undefined ? verdict.why : `${verdict.why}: it answers ${verdict.status}`);
        return;
      case 'refused':
      case 'smaller': {
        await isUp();
        const { why, status } = verdict;
        tell('not removed', { receiver: name, purge: task.document, why });
        await own.ask('finishRemoval', task, { ...end, state: 'remains', remains, why, status }, now);
      }
    }
  }

  async function deliver(task: Task): Promise<void> {
    const started = performance.now();
    const own = store.of(task.tenant);
    const document = await own.ask('documentOf', task.document);
    const bundle = await own.ask('bodyOf', task.document, 'bundle');
    const isCurrent = document !== undefined && currentStates.includes(document.state);
    if (!isCurrent || bundle === undefined) {
      // The document was replaced, held back or purged meanwhile, so there is nothing to deliver.
      await own.ask('finishDelivery', task, NO_LEDGER_CHANGE, { sent: 0, same: 0, older: 0, removed: 0 }, Date.now());
      return;
    }
    const parcel: Parcel = {
      document,
      bundle,
      attempt: task.attempt - 1,
      failures: state.failures,
      deliveryLedgerOf: (resources) => own.ask('deliveryLedgerOf', name, resources),
      note: (change) => own.ask('noteDelivered', task, change, Date.now()),
      leftOver: async () =>
        (await own.ask('leftOver', document.id)).map(({ document: from, mapping, resources }) => ({
          document: from,
          resources,
          bundle: () => own.ask('bundleOf', from, mapping),
        })),
      ...(store.isShared ? { take: (addresses) => take(task, addresses) } : {}),
      tell: (what) => own.ask('tell', document.id, Date.now(), what, { receiver: name }),
    };
    const delivered = await receiver.deliver(parcel);
    onDelivery(delivered.verdict.kind, performance.now() - started, delivered.counts);
    await settle(task, delivered);
  }

  async function take(task: Task, addresses: readonly string[]): Promise<() => Promise<void>> {
    const own = store.of(task.tenant);
    while (!(await own.ask('takeAddresses', task, addresses))) await delay(20 + Math.random() * 80);
    return () => own.ask('dropAddresses', task);
  }

  async function settle(task: Task, { verdict, change, counts }: Delivered): Promise<void> {
    const own = store.of(task.tenant);
    const now = Date.now();
    switch (verdict.kind) {
      case 'done':
        await isUp();
        state.refusals.count = 0;
        await own.ask('finishDelivery', task, change, { ...counts, status: verdict.status }, now);
        return;
      case 'again': {
        if (!verdict.isCounted) await hasFailed(verdict, now);
        const isLate = now - (await firstAt(task)) > receiver.deliverWithinMilliseconds;
        if (isLate || (verdict.isCounted && task.attempt >= verdict.most)) {
          await own.ask(
            'giveUpDelivery',
            task,
            isLate ? { ...trouble(verdict), why: 'too-late' } : trouble(verdict),
            now,
          );
        } else {
          await own.ask('postponeDelivery', task, verdict.wait, verdict.isCounted, trouble(verdict), now);
        }
        return;
      }
      case 'paused':
        await own.ask('postponeDelivery', task, 0, false, trouble(verdict), now);
        await pause(verdict.status === undefined ? verdict.why : `${verdict.why}: it answers ${verdict.status}`);
        return;
      case 'refused':
      case 'smaller':
        await isUp();
        await own.ask('giveUpDelivery', task, trouble(verdict), now);
        await countRefusal(verdict.status ?? 0);
    }
  }

  async function firstAt(task: Task): Promise<number> {
    const deliveries = await store.of(task.tenant).ask('deliveriesOf', task.document);
    return deliveries.find(({ receiver: one }) => one === name)?.firstAt ?? Date.now();
  }

  async function hasFailed({ wait, why }: Extract<Verdict, { kind: 'again' }>, now: number): Promise<void> {
    state.failures++;
    state.notBefore = now + wait;
    if (state.failures !== BREAKS_AFTER) return;
    tell('receiver down', { receiver: name, why });
    if ((await store.ask('receiverState', name)) === 'up') await store.ask('setReceiver', name, 'down', why, now);
  }

  async function isUp(): Promise<void> {
    const wasDown = state.failures >= BREAKS_AFTER;
    state.failures = 0;
    if (!wasDown) return;
    tell('receiver up', { receiver: name });
    // An operator may have paused the receiver meanwhile.
    if ((await store.ask('receiverState', name)) === 'down')
      await store.ask('setReceiver', name, 'up', null, Date.now());
  }

  async function countRefusal(status: number): Promise<void> {
    state.refusals = { status, count: state.refusals.status === status ? state.refusals.count + 1 : 1 };
    if (state.refusals.count >= PAUSES_AFTER)
      await pause(`${PAUSES_AFTER} documents in a row were refused with ${status}`);
  }

  async function pause(reason: string): Promise<void> {
    if ((await store.ask('receiverState', name)) === 'paused') return;
    tell('receiver paused', { receiver: name, reason });
    await store.ask('setReceiver', name, 'paused', reason, Date.now());
  }

  return {
    receiver,
    wake: () => loop.wake(),
    pause,
    async resume() {
      state.failures = 0;
      state.refusals.count = 0;
      await store.ask('setReceiver', name, 'up', null, Date.now());
      loop.wake();
      store.announce();
    },
    async stop() {
      await loop.stop();
      receiver.close();
    },
  };
}

function trouble({ why, status, outcome }: Trouble): Trouble {
  return { why, ...(status === undefined ? {} : { status }), ...(outcome === undefined ? {} : { outcome }) };
}
