/** The main module of the store's thread: it alone has the database, so that a sync never holds up who speaks HTTP. */
import { parentPort, workerData } from 'node:worker_threads';
import { answerAll, openDatabase, upkeep, type Asked, type Upkeep } from './owner.js';

interface AskedUpkeep {
  readonly id: number;
  readonly upkeep: Upkeep;
  readonly file: string;
}

const port = parentPort!;
const { folder } = workerData as { readonly folder: string };

try {
  const database = await openDatabase(folder);
  let waiting: Asked[] = [];
  port.on('message', (asked: Asked | AskedUpkeep | 'close') => {
    if (asked === 'close') {
      void commit().then(() => {
        database.close();
        port.close();
      });
      return;
    }
    if ('upkeep' in asked) {
      port.postMessage(keepUp(asked));
      return;
    }
    waiting.push(asked);
    // What comes while this batch is being written is the next batch.
    if (waiting.length === 1) setImmediate(() => void commit());
  });
  function keepUp({ id, upkeep: name, file }: AskedUpkeep): unknown {
    try {
      return { id, value: upkeep[name](database, file) };
    } catch (error) {
      return { id, error: { code: 'upkeep', message: error instanceof Error ? error.message : 'unknown error' } };
    }
  }
  async function commit(): Promise<void> {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    try {
      for (const answer of await answerAll(database, batch)) port.postMessage(answer);
    } catch (error) {
      // Not on disk: nothing of the batch is promised.
      try {
        database.exec('rollback');
      } catch {
        // There was no transaction any more.
      }
      const message = error instanceof Error ? error.message : 'unknown error';
      for (const { id } of batch) port.postMessage({ id, error: { code: 'not-written', message } });
    }
  }
  port.postMessage('open');
} catch (error) {
  port.postMessage({ failed: error instanceof Error ? error.message : 'unknown error' });
  port.close();
}
