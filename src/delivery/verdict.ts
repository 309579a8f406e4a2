/** What the answer of a receiver means for the delivery. */
import type { HttpAnswer } from './http.js';
import { backoff, retryAfter } from './backoff.js';

export type Verdict =
  | { readonly kind: 'done'; readonly status?: number }
  /** Try again later. `isCounted`: the document itself may be at fault, so the tries are counted. */
  | ({ readonly kind: 'again'; readonly wait: number; readonly isCounted: boolean; readonly most: number } & Trouble)
  /** Never try again: the receiver says that something is wrong with the document. */
  | ({ readonly kind: 'refused' } & Trouble)
  /** Pause: somebody has to look at the receiver. Nothing is wrong with the document. */
  | ({ readonly kind: 'paused' } & Trouble)
  /** Try again in smaller parts. */
  | ({ readonly kind: 'smaller' } & Trouble);

export interface Trouble {
  /** `unreachable`, `unavailable`, `conflict`, `error`, `refused`, `login`, `too-large`. */
  readonly why: string;
  readonly status?: number;
  /** The answer of the receiver as JSON, if it is an OperationOutcome. */
  readonly outcome?: string;
}

const UNAVAILABLE = new Set([408, 425, 429, 502, 503, 504]);
const LOGIN = new Set([401, 403, 404, 405]);

/** How often a conflict, and an error of the receiver, is tried again. */
const CONFLICTS = 10;
const ERRORS = 5;

export interface VerdictOptions {
  /** How often this document was tried so far, and how often in a row the receiver failed. */
  readonly attempt: number;
  readonly failures: number;
  readonly now: number;
  readonly random?: () => number;
}

/**
 * Judges an answer.
 * @param answer undefined if there was none: no connection, or no answer in time
 */
export function verdictOf(answer: HttpAnswer | undefined, options: VerdictOptions): Verdict {
  const { attempt, failures, now, random = Math.random } = options;
  const long = backoff(failures, { first: 1000, most: 900_000 }, random);
  if (answer === undefined) {
    return { kind: 'again', wait: long, isCounted: false, most: Infinity, why: 'unreachable' };
  }
  const { status } = answer;
  const outcome = outcomeIn(answer.body);
  const trouble = { status, ...(outcome === undefined ? {} : { outcome }) };
  if (status >= 200 && status < 300) return { kind: 'done', status };
  if (UNAVAILABLE.has(status)) {
    const wait = Math.max(retryAfter(answer.headers['retry-after'], now) ?? 0, long);
    return { kind: 'again', wait, isCounted: false, most: Infinity, why: 'unavailable', ...trouble };
  }
  if (status === 409 || status === 412) {
    const wait = backoff(attempt, { first: 200, most: 8000 }, random);
    return { kind: 'again', wait, isCounted: true, most: CONFLICTS, why: 'conflict', ...trouble };
  }
  if (LOGIN.has(status)) return { kind: 'paused', why: 'login', ...trouble };
  if (status === 413) return { kind: 'smaller', why: 'too-large', ...trouble };
  if (status >= 500) {
    const wait = backoff(attempt, { first: 1000, most: 60_000 }, random);
    return { kind: 'again', wait, isCounted: true, most: ERRORS, why: 'error', ...trouble };
  }
  return { kind: 'refused', why: 'refused', ...trouble };
}

/** Only an OperationOutcome is kept. Another body may be an HTML page, or repeat the document itself. */
function outcomeIn(body: string): string | undefined {
  try {
    const value = JSON.parse(body) as { resourceType?: unknown } | null;
    return value?.resourceType === 'OperationOutcome' ? JSON.stringify(value) : undefined;
  } catch {
    return undefined;
  }
}
