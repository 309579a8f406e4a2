/**
 * The bytes that all requests together may hold, bodies and answers. Two hundred clients with 50 MB each must be
 * refused before the memory is full.
 */
export interface MemoryBudget {
  readonly taken: number;
  /** Takes bytes from the budget. Answers false, and takes nothing, if that would pass the limit. */
  take(bytes: number): boolean;
  release(bytes: number): void;
}

export function createBudget(limit: number): MemoryBudget {
  let taken = 0;
  return {
    get taken() {
      return taken;
    },
    take(bytes) {
      if (taken + bytes > limit) return false;
      taken += bytes;
      return true;
    },
    release(bytes) {
      taken -= bytes;
    },
  };
}
