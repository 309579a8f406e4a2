/**
 * The bytes that requests hold at the same time, bodies and answers: two hundred clients with 50 MB each must meet a
 * refusal, not the end of the memory.
 */
export interface MemoryBudget {
  readonly taken: number;
  /** False where it would go over the limit; then nothing is taken. */
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
