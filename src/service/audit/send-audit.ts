import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Store } from '../../store/store.js';
import { auditRecordOf } from './record.js';
import type { AuditSink } from './sink.js';

export interface AuditSending {
  readonly name: AuditSink['name'];
  /** Whether the last attempt of this node went well. */
  readonly isUp: boolean;
  /** Sends what is there once more, if that is quick, and ends. */
  stop(): Promise<void>;
}

export interface AuditSendingTold {
  readonly onSent: (sink: string, count: number) => void;
  /** Called for each failed attempt; `isFirst` if the attempt before had not failed. */
  readonly onFailed: (sink: string, why: string, isFirst: boolean) => void;
}

const AT_ONCE = 500;
const REST_MILLISECONDS = 1000;
const MOST_REST_MILLISECONDS = 60_000;
const LAST_MILLISECONDS = 3000;

/** Sends what is linked to the chain to a sink, in its order, again and again until it is there; the store keeps it until then. */
export function startAuditSending(
  store: Store,
  sink: AuditSink,
  { onSent, onFailed }: AuditSendingTold,
  rest = REST_MILLISECONDS,
): AuditSending {
  // Where this process has the store to itself it need not wait for the one before it.
  const node = store.isShared ? randomUUID() : 'this process';
  const ended = new AbortController();
  let failures = 0;

  async function send(): Promise<void> {
    for (;;) {
      if ((await store.ask('auditWaiting', sink.name)) === 0) return;
      const linked = await store.ask('auditToSend', sink.name, node, AT_ONCE);
      if (linked === undefined || linked.length === 0) return;
      await sink.send(linked.map(auditRecordOf));
      await store.ask('auditSent', sink.name, node, linked.at(-1)!.link);
      onSent(sink.name, linked.length);
    }
  }

  async function attempt(): Promise<void> {
    try {
      await send();
      failures = 0;
    } catch (error) {
      failures++;
      onFailed(sink.name, (error as NodeJS.ErrnoException).code ?? 'unknown error', failures === 1);
    }
  }

  async function run(): Promise<void> {
    while (!ended.signal.aborted) {
      await attempt();
      const pause = Math.min(MOST_REST_MILLISECONDS, rest * 2 ** Math.min(failures, 10));
      await delay(pause, undefined, { signal: ended.signal, ref: false }).catch(() => undefined);
    }
    await attempt();
  }

  const running = run();
  return {
    name: sink.name,
    get isUp() {
      return failures === 0;
    },
    async stop() {
      ended.abort();
      await Promise.race([running, delay(LAST_MILLISECONDS, undefined, { ref: false })]);
      sink.close();
    },
  };
}
