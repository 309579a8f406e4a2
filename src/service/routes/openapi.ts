/** /openapi.json, made from the routes themselves (OpenAPI 3.1.1). */
import { STATUS_CODES } from 'node:http';
import type { JsonSchema, ResponseDescription, Route } from './route.js';
import { outcomeContent, schemas } from './schemas.js';
import { VERSION } from '../../version.js';

const requestIdHeader = {
  'X-Request-Id': {
    description: "The id of the request: the client's own if it sent a well-formed one.",
    schema: { type: 'string' },
  },
};

const retryHeader = {
  'Retry-After': { description: 'Seconds until it is worth to try again.', schema: { type: 'integer' } },
};

const explanations: Readonly<Record<number, string>> = {
  400: 'The request or the document is malformed.',
  401: 'No valid API key or token.',
  403: 'The key or token does not allow this.',
  406: 'Accept allows nothing that can be answered.',
  408: 'The body did not arrive in time.',
  409: 'What the thing is by now does not allow this.',
  410: 'It existed, and is no longer kept.',
  413: 'The body or the work on it is over a limit.',
  415: 'Content-Type or Content-Encoding is not known.',
  422: 'The document is not a C-CDA document, or is over a limit of structure or size.',
  429: 'Too many requests from this client.',
  500: 'A fault of the service.',
  503: 'The service is full or being shut down.',
  504: 'The conversion took longer than its limit.',
  507: 'The disk of the store is full.',
};

export function openApi(routes: readonly Route[], guarded: boolean): JsonSchema {
  const paths = new Map<string, Record<string, unknown>>();
  for (const route of routes)
    paths.set(route.path, { ...paths.get(route.path), [route.method]: operationOf(route, guarded) });
  return {
    openapi: '3.1.1',
    info: {
      title: 'Cairn',
      version: VERSION,
      summary: 'C-CDA documents in, provenance-tagged FHIR R4 US Core Bundles out',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'Conversion' },
      { name: 'Intake' },
      { name: 'Delivery' },
      { name: 'Purposes' },
      { name: 'Attachments' },
      { name: 'Description' },
      { name: 'Operations' },
      { name: 'Pages' },
    ],
    paths: Object.fromEntries(paths),
    components: {
      schemas,
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        token: { type: 'http', scheme: 'bearer', description: 'An API key, or a JWT as in SMART backend services.' },
      },
    },
  };
}

function operationOf({ operation, access }: Route, guarded: boolean): Record<string, unknown> {
  const { errors = [], responses, ...rest } = operation;
  const all = Object.entries(responses).map(([status, response]): [string, ResponseDescription] => [
    status,
    { ...response, headers: { ...requestIdHeader, ...response.headers } },
  ]);
  const failures = errors.map((status): [string, ResponseDescription] => [String(status), failure(status)]);
  return {
    ...rest,
    ...(guarded && access !== 'open' ? { security: [{ key: [] }, { token: [] }] } : {}),
    responses: Object.fromEntries([...all, ...failures]),
  };
}

function failure(status: number): ResponseDescription {
  return {
    description: explanations[status] ?? STATUS_CODES[status] ?? 'Error',
    headers: { ...requestIdHeader, ...(status === 429 || status === 503 || status === 507 ? retryHeader : {}) },
    content: outcomeContent,
  };
}
