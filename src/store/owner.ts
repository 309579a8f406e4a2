/** The owner of the database: does what it is asked, and answers when it is on disk. */
import { postgresScheme } from './place.js';
import type { Database } from './database.js';
import { ofAll, ofTenants, type OperationName } from './operations/index.js';

export interface Asked {
  readonly id: number;
  readonly name: OperationName;
  /** The tenant; absent for an operation for all tenants (operations/index.ts). */
  readonly tenant?: string | undefined;
  readonly args: readonly unknown[];
}

export type Answered =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly code: string; readonly message: string } };

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

/**
 * Opens the store in a folder, or at the address of a PostgreSQL.
 *
 * @param onAnnounced is called when another node says that there may be something to do
 * @throws StoreError that says what to do, if the store can't be used
 */
export async function openOwner(
  place: string,
  masterKey: Uint8Array | undefined,
  onAnnounced: () => void,
): Promise<Owner> {
  // Only the kind that is used is loaded.
  if (postgresScheme.test(place))
    return await (await import('./postgres-owner.js')).openPostgresOwner(place, masterKey, onAnnounced);
  return await (await import('./sqlite-owner.js')).openSqliteOwner(place, masterKey);
}

export function errorCodeOf(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : 'unknown';
}

export function errorMessageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown error';
}

/**
 * The function for what was asked, to be called with a database for that tenant, or for all.
 * @throws Error if a tenant is given for an operation for all tenants, or none for one that needs it
 */
export function operationOf({ name, tenant, args }: Asked): (database: Database) => unknown {
  const operations: Readonly<Record<string, unknown>> = tenant === undefined ? ofAll : ofTenants;
  if (!Object.hasOwn(operations, name))
    throw new Error(`${name} is ${tenant === undefined ? 'for a tenant' : 'for all tenants'}`);
  const operation = operations[name] as (database: Database, ...args: readonly unknown[]) => unknown;
  return (database) => operation(database, ...args);
}
