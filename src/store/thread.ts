/** The main module of the store's thread: it alone has the database, so that a sync never holds up who speaks HTTP. */
import { parentPort, workerData } from 'node:worker_threads';
import { answerAll, openDatabase, type Asked } from './owner.js';

const port = parentPort!;
const { folder } = workerData as { readonly folder: string };

try {
  const database = await openDatabase(folder);
  let waiting: Asked[] = [];
  port.on('message', (asked: Asked | 'close') => {
    if (asked === 'close') {
      database.close();
      port.close();
      return;
    }
    waiting.push(asked);
    // What comes while this batch is being written is the next batch.
    if (waiting.length === 1) setImmediate(() => void commit());
  });
  async function commit(): Promise<void> {
    const batch = waiting;
    waiting = [];
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
