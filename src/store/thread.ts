/**
 * The main module of the store's thread. Only this thread has the database, so that a sync never holds up the thread
 * that speaks HTTP.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { errorMessageOf, type Asked } from './asked.js';
import { openOwner } from './open-owner.js';
import type { Upkeep } from './owner.js';

interface AskedUpkeep {
  readonly id: number;
  readonly upkeep: keyof Upkeep;
  /** The argument of the upkeep function with that name. */
  readonly argument: unknown;
}

const port = parentPort!;
const { place, masterKey } = workerData as { readonly place: string; readonly masterKey?: Uint8Array };

try {
  const owner = await openOwner(place, masterKey, () => {
    port.postMessage('announced');
  });
  port.on('message', (asked: Asked | AskedUpkeep | 'announce' | 'close') => {
    if (asked === 'announce') owner.announce();
    else if (asked === 'close') {
      void owner.close().then(() => {
        port.close();
      });
    } else if ('upkeep' in asked) void keepUp(asked);
    else {
      void owner.ask(asked).then((answer) => {
        port.postMessage(answer);
      });
    }
  });
  async function keepUp({ id, upkeep, argument }: AskedUpkeep): Promise<void> {
    try {
      port.postMessage({ id, value: await owner.upkeep[upkeep](argument as never) });
    } catch (error) {
      port.postMessage({ id, error: { code: 'upkeep', message: errorMessageOf(error) } });
    }
  }
  port.postMessage({ opened: owner.warnings });
} catch (error) {
  port.postMessage({ failed: errorMessageOf(error) });
  port.close();
}
