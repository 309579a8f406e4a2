import type { Intake } from './intake.js';

/** How much is in the store, what waits, and how the receivers stand: what `GET /store` answers, and the page lives by. */
export async function numbersOf({ store, deliverers }: Pick<Intake, 'store' | 'deliverers'>): Promise<object> {
  const { states, waiting, oldest } = await store.ask('numbers');
  const receivers = await Promise.all(deliverers.map(({ receiver }) => store.ask('receiverOf', receiver.name)));
  return { states, waiting, oldest: oldest === undefined ? null : new Date(oldest).toISOString(), receivers };
}
