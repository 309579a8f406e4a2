/** What the owner of the database is asked, and what it answers: an operation by its name, and plain data. */
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
