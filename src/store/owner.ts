/** The owner of the database: does what it is asked, and answers when it is on disk. */
import type { Answered, Asked } from './asked.js';

/** Work that can't be done inside a transaction. */
export interface Upkeep {
  /** Copies the whole database as it is now into a new file. */
  backup(file: string): Promise<void>;
  /** Rewrites the files so that no deleted byte is left in them. */
  compact(): Promise<void>;
  /** Faults that the database finds in itself; empty if there are none. */
  integrity(): Promise<string[]>;
  /**
   * Encrypts the store by another master key (secrets.ts). Nobody else may use the store meanwhile. Answers how many
   * keys there are.
   */
  rekey(next: Uint8Array): Promise<number>;
}

export interface Owner {
  /** What the store does less well than it should, one line each. It works all the same. */
  readonly warnings: readonly string[];
  /** Never rejects. */
  ask(asked: Asked): Promise<Answered>;
  readonly upkeep: Upkeep;
  /** Tells the other nodes that there may be something to do. */
  announce(): void;
  close(): Promise<void>;
}
