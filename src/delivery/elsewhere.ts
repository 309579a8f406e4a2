import type { Store } from '../store/store.js';
import type { Deliverer } from './deliverer.js';

/**
 * A receiver to which other nodes deliver. Here it can only be paused and resumed; the other nodes see that before
 * their next delivery.
 */
export function delivererElsewhere(store: Store, name: string): Deliverer {
  const set = async (state: 'up' | 'paused', reason: string | null): Promise<void> => {
    await store.ask('setReceiver', name, state, reason, Date.now());
    store.announce();
  };
  return {
    receiver: { name },
    wake: () => {
      store.announce();
    },
    pause: (reason) => set('paused', reason),
    resume: () => set('up', null),
    stop: () => Promise.resolve(),
  };
}
