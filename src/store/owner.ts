/** Who has the database: does what is asked, and answers once it is on disk. */
import { postgresScheme } from './place.js';
import type { Database } from './database.js';
import { ofAll, ofTenants, type OperationName } from './operations/index.js';

export interface Asked {
  readonly id: number;
  readonly name: OperationName;
  /** Whose; absent where it is for all of them (operations/index.ts). */
  readonly tenant?: string | undefined;
  readonly args: readonly unknown[];
}

export type Answered =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly code: string; readonly message: string } };

/** What can't be done inside a transaction. */
export interface Upkeep {
  /** A copy of the whole database as it is now, in a file that is not there yet. */
  backup(file: string): Promise<void>;
  /** What was deleted is in no file any more. */
  compact(): Promise<void>;
  /** What the database itself finds wrong; empty where nothing is. */
  integrity(): Promise<string[]>;
  /** Encrypts the store by another master key (secrets.ts); nobody else may use it meanwhile. How many keys there are. */
  rekey(next: Uint8Array): Promise<number>;
}

export interface Owner {
  /** What the store can do less well than it should, a line each; it works all the same. */
  readonly warnings: readonly string[];
  /** Never rejects. */
  ask(asked: Asked): Promise<Answered>;
  readonly upkeep: Upkeep;
  /** Tells the other nodes that there may be something to do. */
  announce(): void;
  close(): Promise<void>;
}

/**
 * Opens the store at a place: a folder, or the address of a PostgreSQL.
 *
 * @param onAnnounced is called when another node says that there may be something to do
 * @throws StoreError where it can't be used, with what to do
 */
export async function openOwner(
  place: string,
  masterKey: Uint8Array | undefined,
  onAnnounced: () => void,
): Promise<Owner> {
  // Only the one that is asked for is loaded.
  if (postgresScheme.test(place))
    return await (await import('./postgres-owner.js')).openPostgresOwner(place, masterKey, onAnnounced);
  return await (await import('./sqlite-owner.js')).openSqliteOwner(place, masterKey);
}

export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : 'unknown';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown error';
}

/** What was asked, to be done with a database of that tenant, or of all. @throws Error where a tenant is named for what is of all, or none */
export function operationOf({ name, tenant, args }: Asked): (database: Database) => unknown {
  const operations: Readonly<Record<string, unknown>> = tenant === undefined ? ofAll : ofTenants;
  if (!Object.hasOwn(operations, name))
    throw new Error(`${name} is ${tenant === undefined ? 'for a tenant' : 'for all tenants'}`);
  const operation = operations[name] as (database: Database, ...args: readonly unknown[]) => unknown;
  return (database) => operation(database, ...args);
}
