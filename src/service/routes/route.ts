/**
 * A route and its description are one object, so that /openapi.json is always true: the paths that express serves and
 * the paths that it describes come from the same list.
 */
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { MemoryBudget } from '../limits/budget.js';
import type { Metrics } from '../metrics/metrics.js';
import type { Settings } from '../settings/schema.js';
import type { Intake } from '../intake/intake.js';
import type { Pool } from '../workers/pool.js';

/** What the routes need to do their work. */
export interface Service {
  readonly settings: Settings;
  readonly pool: Pool;
  readonly budget: MemoryBudget;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Set if the service has a store. */
  readonly intake?: Intake;
  /** Whether SIGTERM has come, so that no new work is taken. */
  draining: boolean;
}

/** JSON Schema, draft 2020-12, as OpenAPI 3.1 has it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'header' | 'path';
  readonly description: string;
  readonly required?: boolean;
  readonly schema: JsonSchema;
  readonly style?: 'form';
  readonly explode?: boolean;
}

export interface MediaType {
  readonly schema: JsonSchema;
  readonly example?: unknown;
}

export interface ResponseDescription {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { description: string; schema: JsonSchema }>>;
  readonly content?: Readonly<Record<string, MediaType>>;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, MediaType>> };
  /** Answers that are not errors. The error answers follow from `errors`. */
  readonly responses: Readonly<Record<string, ResponseDescription>>;
  /** The status codes of errors, besides those that every route has. */
  readonly errors?: readonly number[];
}

export interface Route {
  readonly method: 'get' | 'post' | 'delete';
  /** As OpenAPI writes it: `/documents/{id}`. */
  readonly path: string;
  /**
   * Who may call it. `open`: everybody. `metrics`: needs a login if one is configured. All others also count for the
   * rate limit, and each needs its own scope (auth/rights.ts); `status` needs that of `convert` or `read`.
   */
  readonly access:
    'open' | 'convert' | 'status' | 'submit' | 'purpose' | 'read' | 'operate' | 'audit' | 'purge' | 'metrics';
  readonly operation: Operation;
  readonly handle: RequestHandler;
}

/** The id of a document or a job. */
export const idParameter: Parameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'The id that Content-Location gave.',
  schema: { type: 'string', format: 'uuid' },
};
