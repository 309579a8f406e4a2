/**
 * Locks for resources. Documents of two patients may have the same practitioner, so two deliveries that send the same
 * resource must not run at once.
 */
export interface Locks {
  /** Waits until none of these resources is locked, locks them, and gives the function that unlocks them. */
  take(addresses: readonly string[]): Promise<() => void>;
}

export function createLocks(): Locks {
  const held = new Set<string>();
  let waiting: (() => void)[] = [];
  return {
    async take(addresses) {
      // Takes all or none. If a delivery held some and waited for others, two could wait for each other for ever.
      while (addresses.some((address) => held.has(address))) {
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      for (const address of addresses) held.add(address);
      return () => {
        for (const address of addresses) held.delete(address);
        const called = waiting;
        waiting = [];
        for (const call of called) call();
      };
    },
  };
}
