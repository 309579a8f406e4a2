import type { Store } from '../store/store.js';
import type { Deliverer } from './deliverer.js';

/** A receiver that other nodes deliver to: here it can be paused and resumed, which they see before their next delivery. */
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
