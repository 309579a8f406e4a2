/** What is known of a request while it is served: for the answer's headers, the log line and the metrics. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Right } from './auth/rights.js';
import type { Success } from './workers/job.js';

/** Who asks, after authentication; the address where there is none. */
export interface Client {
  readonly name: string;
  /** What its requests are counted under: a key may have the name that is the subject of somebody's token. */
  readonly bucket: string;
  readonly sender?: string | undefined;
  readonly requestsPerMinute?: number | undefined;
  /** Whose documents it sees; `''` where tenants are not told apart. */
  readonly tenant: string;
  /** Whether it sees the store as a whole where that is asked for: it may act for every tenant, and named none. */
  readonly isOfAll: boolean;
  may(right: Right): boolean;
}

export interface Context {
  readonly id: string;
  /** W3C Trace Context, where the client sent it. */
  readonly trace?: { readonly id: string; readonly parent: string; readonly flags: string };
  readonly started: number;
  client?: Client;
  /** The path as the routes name it: a path that somebody made up may hold a patient's name. */
  route: string;
  /** Whether a client that asked before sending its body (`Expect: 100-continue`) was told to go on. */
  continued: boolean;
  /** Whether the whole answer went out; a socket that was destroyed looks the same as one that is done. */
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

/** The client's own id if it is harmless in a log and a header, else a new one. */
export function requestId(sent: string | string[] | undefined): string {
  return typeof sent === 'string' && /^[\w.:/+=-]{1,128}$/.test(sent) ? sent : randomUUID();
}

/** W3C Trace Context 3.2: version 00 and later ones that begin like it; ids of nothing but zeros are none. */
function traceOf(header: string | string[] | undefined): Context['trace'] {
  if (typeof header !== 'string') return undefined;
  const match = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-|$)/.exec(header);
  return match === null ? undefined : { id: match[1]!, parent: match[2]!, flags: match[3]! };
}

/** The `traceparent` of the answer: the client's trace, this service's span. */
export function traceparent({ trace }: Context): string | undefined {
  return trace === undefined ? undefined : `00-${trace.id}-${randomBytes(8).toString('hex')}-${trace.flags}`;
}
