import type { Request } from 'express';
import { documentStates } from '../../store/records.js';
import { contextOf } from '../context.js';
import { ServiceError } from '../errors/service-error.js';
import type { Intake } from '../intake/intake.js';
import { tenantOf } from '../auth/tenant.js';
import { taskOf } from '../intake/task.js';
import { queryValue } from './query.js';
import type { Parameter, Route } from './route.js';

const parameters: readonly Parameter[] = [
  {
    name: 'state',
    in: 'query',
    description: 'Only those in this state.',
    schema: { type: 'string', enum: documentStates },
  },
  { name: 'sender', in: 'query', description: 'Only those of this sender.', schema: { type: 'string' } },
  { name: 'patient', in: 'query', description: 'Only those of the patient with this id.', schema: { type: 'string' } },
  {
    name: 'identifier',
    in: 'query',
    description: 'Only those whose ClinicalDocument/id is this, as `system|value`.',
    schema: { type: 'string' },
  },
  { name: 'set', in: 'query', description: 'Only those of this setId, as `system|value`.', schema: { type: 'string' } },
  {
    name: 'received',
    in: 'query',
    description: 'When they were received: `ge2026-01-01`, `lt2026-02-01T00:00:00Z`.',
    schema: { type: 'string', pattern: '^(ge|lt)\\d{4}-\\d\\d-\\d\\d(T.+)?$' },
  },
  {
    name: '_count',
    in: 'query',
    description: 'At most so many; 50 where absent.',
    schema: { type: 'integer', minimum: 1, maximum: 1000 },
  },
  {
    name: '_page',
    in: 'query',
    description: 'The cursor that the link `next` gave.',
    schema: { type: 'integer', minimum: 1 },
  },
];

/** `GET /documents`: the newest first, in pages that a cursor continues. */
export function documentListRoute({ store }: Intake): Route {
  return {
    method: 'get',
    path: '/documents',
    access: 'read',
    operation: {
      operationId: 'documents',
      summary: 'The documents, the newest first, as a searchset of Tasks',
      tags: ['Intake'],
      parameters,
      responses: {
        '200': { description: 'A Bundle.', content: { 'application/fhir+json': { schema: { type: 'object' } } } },
      },
      errors: [400, 401, 403, 429],
    },
    handle: async (request, response) => {
      const query = readList(request);
      const { documents, next } = await store.of(tenantOf(request)).ask('list', query);
      const link = next === undefined ? [] : [{ relation: 'next', url: nextUrl(request, next) }];
      const entry = documents.map((document) => ({ resource: taskOf(document) }));
      const bundle = {
        resourceType: 'Bundle',
        type: 'searchset',
        ...(link.length > 0 ? { link } : {}),
        ...(entry.length > 0 ? { entry } : {}),
      };
      response
        .set({ 'Cache-Control': 'no-store', 'Content-Type': 'application/fhir+json; charset=utf-8' })
        .end(JSON.stringify(bundle));
    },
  };
}

function readList(request: Request) {
  const text = (name: string): string | undefined => queryValue(request, name);
  for (const name of Object.keys(request.query)) {
    if (!parameters.some((one) => one.name === name)) {
      throw new ServiceError(400, 'value', 'The query has a parameter that is not known here.');
    }
  }
  const state = documentStates.find((one) => one === text('state'));
  if (text('state') !== undefined && state === undefined) {
    throw new ServiceError(400, 'value', `state must be one of ${documentStates.join(', ')}.`);
  }
  const sender = contextOf(request).client?.sender;
  if (sender !== undefined && text('sender') !== undefined && text('sender') !== sender) {
    throw new ServiceError(403, 'forbidden', 'This key is bound to another sender.');
  }
  return {
    state,
    sender: sender ?? text('sender'),
    patient: text('patient'),
    identifier: text('identifier'),
    set: text('set'),
    ...received(text('received')),
    count: whole(text('_count'), '_count', 1000) ?? 50,
    before: whole(text('_page'), '_page', Number.MAX_SAFE_INTEGER),
  };
}

function received(text: string | undefined): { receivedFrom?: number; receivedBefore?: number } {
  if (text === undefined) return {};
  const match = /^(ge|lt)(\d{4}-\d\d-\d\d(?:T.+)?)$/.exec(text);
  const time = Date.parse(match?.[2] ?? '');
  if (match === null || Number.isNaN(time)) {
    throw new ServiceError(400, 'value', 'received must be ge or lt and a date or an instant, such as ge2026-01-01.');
  }
  return match[1] === 'ge' ? { receivedFrom: time } : { receivedBefore: time };
}

function whole(text: string | undefined, name: string, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > most)
    throw new ServiceError(400, 'value', `${name} must be a whole number from 1 to ${most}.`);
  return value;
}

function nextUrl(request: Request, next: number): string {
  const query = new URLSearchParams(request.query as Record<string, string>);
  query.set('_page', String(next));
  return `/documents?${query.toString()}`;
}
