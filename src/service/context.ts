/**
 * What is known about a request while it is served. It is for the headers of the answer, the log line and the metrics.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Right } from './auth/rights.js';
import type { Success } from './workers/job.js';

/** Who sent the request, known after authentication. If no login is configured, it is the address. */
export interface Client {
  readonly name: string;
  /**
   * The name under which its requests are counted. It keeps keys and tokens apart, because a key may have the same name
   * as the subject of a token.
   */
  readonly bucket: string;
  readonly sender?: string | undefined;
  readonly requestsPerMinute?: number | undefined;
  /** The tenant whose documents it sees; `''` if there are no tenants. */
  readonly tenant: string;
  /** Whether it sees the whole store in requests for that: it may act for every tenant, and has named none. */
  readonly isOfAll: boolean;
  may(right: Right): boolean;
}

export interface Context {
  readonly id: string;
  /** W3C Trace Context, if the client sent it. */
  readonly trace?: { readonly id: string; readonly parent: string; readonly flags: string };
  readonly started: number;
  client?: Client;
  /** The path as the routes declare it. The real path is not kept: somebody may have put a patient's name into it. */
  route: string;
  /** Whether a client that asked before it sent the body (`Expect: 100-continue`) was told to go on. */
  continued: boolean;
  /** Whether the whole answer was sent. A destroyed socket looks like a finished one, so this is noted here. */
  answered: boolean;
  receivedBytes: number;
  documentBytes: number;
  sentBytes: number;
  waitedMilliseconds?: number;
  sender?: string;
  success?: Success;
  /** FHIR issue-type of the error, and its reason for the log. */
  error?: string;
  reason?: string | undefined;
}

const contexts = new WeakMap<IncomingMessage, Context>();

export function contextOf(request: IncomingMessage): Context {
  let context = contexts.get(request);
  if (context === undefined) {
    const trace = traceOf(request.headers.traceparent);
    context = {
      id: requestId(request.headers['x-request-id']),
      ...(trace === undefined ? {} : { trace }),
      started: performance.now(),
      route: 'unknown',
      continued: false,
      answered: false,
      receivedBytes: 0,
      documentBytes: 0,
      sentBytes: 0,
    };
    contexts.set(request, context);
  }
  return context;
}

/** The id that the client gave, if it is harmless in a log and a header; else a new one. */
export function requestId(sent: string | string[] | undefined): string {
  return typeof sent === 'string' && /^[\w.:/+=-]{1,128}$/.test(sent) ? sent : randomUUID();
}

/** W3C Trace Context 3.2: version 00, and later versions that begin in the same way. An id of only zeros is invalid. */
function traceOf(header: string | string[] | undefined): Context['trace'] {
  if (typeof header !== 'string') return undefined;
  const match = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-|$)/.exec(header);
  return match === null ? undefined : { id: match[1]!, parent: match[2]!, flags: match[3]! };
}

/** The `traceparent` of the answer: the client's trace, this service's span. */
export function traceparent({ trace }: Context): string | undefined {
  return trace === undefined ? undefined : `00-${trace.id}-${randomBytes(8).toString('hex')}-${trace.flags}`;
}
