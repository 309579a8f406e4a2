/** What the client wants to get and what it sends (RFC 9110, 12.5.1 and 8.3). */
import type { Request } from 'express';
import { ServiceError } from '../errors/service-error.js';
import type { Format } from '../workers/job.js';
import { ownValue } from '../../own-value.js';

export interface Negotiated {
  readonly format: Format;
  /** The Content-Type of the answer. */
  readonly type: string;
}

/** In the order in which they are preferred if the client prefers none. */
const answers: Readonly<Record<string, Negotiated>> = {
  'application/fhir+json': { format: 'json', type: 'application/fhir+json; charset=utf-8' },
  'application/json': { format: 'json', type: 'application/json; charset=utf-8' },
  'application/fhir+xml': { format: 'xml', type: 'application/fhir+xml; charset=utf-8' },
  'application/xml': { format: 'xml', type: 'application/xml; charset=utf-8' },
  'text/xml': { format: 'xml', type: 'text/xml; charset=utf-8' },
  'application/fhir+ndjson': { format: 'ndjson', type: 'application/fhir+ndjson' },
  'application/x-ndjson': { format: 'ndjson', type: 'application/x-ndjson' },
  'application/ndjson': { format: 'ndjson', type: 'application/ndjson' },
  // The type that Azure's operation always answers with.
  'text/plain': { format: 'json', type: 'text/plain; charset=utf-8' },
};

/** @throws ServiceError 406 */
export function negotiate(request: Request, formats: readonly string[]): Negotiated {
  const best = request.accepts([...formats]);
  const answer = best === false ? undefined : ownValue(answers, best);
  if (answer === undefined) {
    throw new ServiceError(406, 'not-supported', `Accept must allow one of ${formats.join(', ')}.`);
  }
  return answer;
}

/** The media type of the body without its parameters. @throws ServiceError 415 */
export function checkType(request: Request, types: readonly string[]): string {
  const type = (request.get('content-type') ?? 'application/octet-stream').split(';')[0]!.trim().toLowerCase();
  if (!types.includes(type)) {
    throw new ServiceError(415, 'not-supported', `Content-Type must be one of ${types.join(', ')}.`, {
      headers: { 'Accept-Post': types.join(', ') },
    });
  }
  return type;
}
