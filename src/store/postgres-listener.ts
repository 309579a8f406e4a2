import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { PostgresPool } from './postgres.js';

/** The channel on which nodes notify each other. */
export const CHANNEL = 'cairn';

const LISTEN_AGAIN_MILLISECONDS = 2000;

/** Listens on a connection of its own, and on a new one if that breaks. */
export function startListener(pool: PostgresPool, onAnnounced: () => void): { stop(): Promise<void> } {
  const state: { stopped: boolean; client?: pg.Client | undefined } = { stopped: false };
  const isStopped = (): boolean => state.stopped;
  const ended = new AbortController();

  async function listen(): Promise<void> {
    while (!isStopped()) {
      try {
        const client = await pool.connect();
        state.client = client;
        const gone = new Promise((resolve) => client.once('error', resolve).once('end', resolve));
        client.on('notification', onAnnounced);
        await client.query(`listen ${CHANNEL}`);
        // For calls that came while nobody listened.
        onAnnounced();
        // If `stop` was called while this was starting, nothing else would end the connection.
        if (!isStopped()) await gone;
        await client.end().catch(() => undefined);
      } catch {
        // It is tried again.
      }
      if (!isStopped())
        await delay(LISTEN_AGAIN_MILLISECONDS, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  }

  const running = listen();
  return {
    async stop() {
      state.stopped = true;
      ended.abort();
      await state.client?.end().catch(() => undefined);
      await running;
    },
  };
}
