/** Who treats two patients stands in the documents of both: two deliveries that send the same resource don't run at once. */
export interface Locks {
  /** Waits until none of them is held; gives the function that lets them go. */
  take(addresses: readonly string[]): Promise<() => void>;
}

export function createLocks(): Locks {
  const held = new Set<string>();
  let waiting: (() => void)[] = [];
  return {
    async take(addresses) {
      // All or none: whoever held some and waited for others could wait for ever.
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
