import type { Request, Response } from 'express';
import type { Task as TaskResource } from 'fhir/r4.js';
import type { Accepted, DocumentState, StoredDocument } from '../../store/records.js';
import { contextOf } from '../context.js';
import { ServiceError } from '../errors/service-error.js';
import type { Intake } from '../intake/intake.js';
import { checkLength, readBody } from '../limits/body.js';
import { fileOfForm } from '../limits/multipart.js';
import { documentTypes, FORM } from './convert.js';
import { checkType } from './negotiation.js';
import { checkQuery, optionParameters, queryOf, readOptions } from './options.js';
import type { Parameter, Route, Service } from './route.js';
import { media } from './schemas.js';

const FHIR_JSON = 'application/fhir+json; charset=utf-8';

/** Until tenants are told apart, everybody who may ask sees what was sent here. */
const TENANT = '';

const idParameter: Parameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'The id that Content-Location gave.',
  schema: { type: 'string', format: 'uuid' },
};

const states: readonly DocumentState[] = [
  'received',
  'converting',
  'converted',
  'delivered',
  'undelivered',
  'refused',
  'failed',
  'held',
  'replaced',
  'cancelled',
];

/** Durable intake: 202 says that the document is on disk. Only where a store is set. */
export function documentRoutes(service: Service, intake: Intake | undefined): Route[] {
  if (intake === undefined) return [];
  const { store } = intake;
  const find = async (request: Request): Promise<StoredDocument> => {
    const document = await store.ask('documentOf', TENANT, String(request.params.id));
    if (document === undefined) throw new ServiceError(404, 'not-found', 'There is no such document.');
    return document;
  };
  return [
    {
      method: 'post',
      path: '/documents',
      access: 'convert',
      operation: {
        operationId: 'submit',
        summary: 'Takes a document in: accepted means that it is on disk',
        description:
          'The body, its types and the options are those of `/convert`. The document is converted behind the answer; ' +
          'Content-Location says where its state is told (FHIR asynchronous pattern). The same bytes again, or the same ' +
          'Idempotency-Key, give the same place.',
        tags: ['Intake'],
        parameters: [
          ...optionParameters,
          {
            name: 'Idempotency-Key',
            in: 'header',
            description: 'A text of the client for this document; sent again within seven days it is not taken twice.',
            schema: { type: 'string', minLength: 1, maxLength: 255 },
          },
        ],
        requestBody: {
          required: true,
          content: Object.fromEntries(
            documentTypes.map((type) => [type, { schema: { type: 'string', minLength: 1 } }]),
          ),
        },
        responses: {
          '202': { description: 'It is on disk.', headers: locationHeaders },
          '200': { description: 'It is here already.', headers: locationHeaders },
        },
        errors: [400, 401, 403, 408, 413, 415, 422, 429, 503],
      },
      handle: async (request, response) => {
        const type = checkType(request, documentTypes);
        checkQuery(request);
        const options = readOptions(request, contextOf(request).client, Object.keys(service.pool.state().hashes));
        checkLength(request, service.settings.limits);
        const body = await readBody(request, response, service.settings.limits, service.budget);
        try {
          const bytes = type === FORM ? await fileOfForm(request.get('content-type')!, body.bytes) : body.bytes;
          if (bytes.length === 0) throw new ServiceError(400, 'required', 'The body is empty; it must be a document.');
          const { client } = contextOf(request);
          const key = request.get('idempotency-key');
          const accepted = await store.ask(
            'accept',
            {
              tenant: TENANT,
              client: client?.name ?? '',
              bytes,
              mediaType: request.get('content-type') ?? 'application/octet-stream',
              source: 'http',
              sender: options.sender,
              options: { ...options },
              ...(key === undefined || key === '' ? {} : { repeatKey: key.slice(0, 255) }),
            },
            Date.now(),
          );
          answerAccepted(response, accepted);
          intake.wake();
        } finally {
          body.release();
        }
      },
    },
    {
      method: 'get',
      path: '/documents/{id}/$status',
      access: 'convert',
      operation: {
        operationId: 'documentStatus',
        summary: 'How far a document is',
        tags: ['Intake'],
        parameters: [idParameter],
        responses: {
          '202': { description: 'It is being worked on; X-Progress says how far.' },
          '200': { description: 'A Task: what became of it.', content: { 'application/fhir+json': media('Task') } },
        },
        errors: [401, 403, 404, 429],
      },
      handle: async (request, response) => {
        const document = await find(request);
        if (isWorkedOn(document.state)) {
          response.status(202).set({ 'X-Progress': document.state, 'Retry-After': '1' }).end();
          return;
        }
        sendTask(response, taskOf(document));
      },
    },
    {
      method: 'get',
      path: '/documents/{id}',
      access: 'convert',
      operation: {
        operationId: 'document',
        summary: 'What is known of a document, as a Task',
        tags: ['Intake'],
        parameters: [idParameter],
        responses: { '200': { description: 'A Task.', content: { 'application/fhir+json': media('Task') } } },
        errors: [401, 403, 404, 429],
      },
      handle: async (request, response) => {
        sendTask(response, taskOf(await find(request)));
      },
    },
    bodyRoute('source', 'The bytes as they were received', documentTypes, async (request, response) => {
      const document = await find(request);
      const bytes = await store.ask('bodyOf', document.id, 'source');
      if (bytes === undefined) throw new ServiceError(410, 'not-found', 'The bytes are no longer kept.');
      response.set('Cache-Control', 'no-store').type(document.mediaType).send(Buffer.from(bytes));
    }),
    bodyRoute('bundle', 'The Bundle that it became', ['application/fhir+json'], async (request, response) => {
      const document = await find(request);
      const bytes = await store.ask('bodyOf', document.id, 'bundle');
      if (bytes === undefined) {
        throw new ServiceError(404, 'not-found', `There is no Bundle: the document is ${document.state}.`);
      }
      response.set({ 'Cache-Control': 'no-store', 'Content-Type': FHIR_JSON }).end(bytes);
    }),
    bodyRoute('events', 'All that happened to it', ['application/json'], async (request, response) => {
      const document = await find(request);
      response.json(
        (await store.ask('eventsOf', document.id)).map(({ at, ...event }) => ({
          ...event,
          at: new Date(at).toISOString(),
        })),
      );
    }),
    {
      method: 'get',
      path: '/documents',
      access: 'convert',
      operation: {
        operationId: 'documents',
        summary: 'The documents, the newest first, as a searchset of Tasks',
        tags: ['Intake'],
        parameters: [
          {
            name: 'state',
            in: 'query',
            description: 'Only those in this state.',
            schema: { type: 'string', enum: states },
          },
          { name: 'sender', in: 'query', description: 'Only those of this sender.', schema: { type: 'string' } },
          {
            name: 'patient',
            in: 'query',
            description: 'Only those of the patient with this id.',
            schema: { type: 'string' },
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
        ],
        responses: {
          '200': { description: 'A Bundle.', content: { 'application/fhir+json': { schema: { type: 'object' } } } },
        },
        errors: [400, 401, 403, 429],
      },
      handle: async (request, response) => {
        const query = readList(request);
        const { documents, next } = await store.ask('list', { tenant: TENANT, ...query });
        const link = next === undefined ? [] : [{ relation: 'next', url: nextUrl(request, next) }];
        const entry = documents.map((document) => ({ resource: taskOf(document) }));
        const bundle = {
          resourceType: 'Bundle',
          type: 'searchset',
          ...(link.length > 0 ? { link } : {}),
          ...(entry.length > 0 ? { entry } : {}),
        };
        response.set({ 'Cache-Control': 'no-store', 'Content-Type': FHIR_JSON }).end(JSON.stringify(bundle));
      },
    },
  ];
}

const locationHeaders = {
  'Content-Location': { description: 'Where its state is told.', schema: { type: 'string' } },
};

function bodyRoute(
  what: string,
  summary: string,
  types: readonly string[],
  handle: (request: Request, response: Response) => Promise<void>,
): Route {
  return {
    method: 'get',
    path: `/documents/{id}/$${what}`,
    access: 'convert',
    operation: {
      operationId: `document${what[0]!.toUpperCase()}${what.slice(1)}`,
      summary,
      tags: ['Intake'],
      parameters: [idParameter],
      responses: {
        '200': { description: summary, content: Object.fromEntries(types.map((type) => [type, { schema: {} }])) },
      },
      errors: [401, 403, 404, 410, 429],
    },
    handle,
  };
}

/** @throws ServiceError 422 for a key that was sent with other bytes (IETF draft Idempotency-Key). */
function answerAccepted(response: Response, accepted: Accepted): void {
  if (accepted.outcome === 'conflict') {
    throw new ServiceError(422, 'business-rule', 'This Idempotency-Key was sent before with another document.');
  }
  response.set({ 'Content-Location': `/documents/${accepted.id}/$status`, 'Cache-Control': 'no-store' });
  if (accepted.outcome === 'repeat') response.status(200).set('Cairn-Repeat', accepted.by).end();
  else response.status(202).set('Retry-After', '1').end();
}

function isWorkedOn(state: DocumentState): boolean {
  return state === 'received' || state === 'converting';
}

const statusOf: Readonly<Record<DocumentState, TaskResource['status']>> = {
  received: 'received',
  converting: 'in-progress',
  converted: 'completed',
  delivered: 'completed',
  undelivered: 'completed',
  replaced: 'completed',
  refused: 'rejected',
  failed: 'failed',
  held: 'on-hold',
  cancelled: 'cancelled',
};

function taskOf(document: StoredDocument): TaskResource {
  const { id, state, reason, received, settled, size, mediaType, replacedBy } = document;
  const isConverted = statusOf[state] === 'completed';
  return {
    resourceType: 'Task',
    id,
    ...(reason === null
      ? {}
      : { contained: [{ ...(JSON.parse(reason) as { resourceType: 'OperationOutcome'; issue: [] }), id: 'reason' }] }),
    status: statusOf[state],
    ...(reason === null ? {} : { statusReason: { text: reasonText(reason) } }),
    businessStatus: { text: replacedBy === null ? state : `replaced by ${replacedBy}` },
    intent: 'order',
    authoredOn: new Date(received).toISOString(),
    ...(settled === null ? {} : { lastModified: new Date(settled).toISOString() }),
    input: [
      { type: { text: 'source' }, valueAttachment: { contentType: mediaType, size, url: `/documents/${id}/$source` } },
    ],
    ...(isConverted
      ? {
          output: [
            {
              type: { text: 'Bundle' },
              valueAttachment: { contentType: 'application/fhir+json', url: `/documents/${id}/$bundle` },
            },
          ],
        }
      : {}),
  };
}

function reasonText(reason: string): string {
  const { issue } = JSON.parse(reason) as { issue: { details?: { text?: string }; diagnostics?: string }[] };
  return issue
    .map(({ details, diagnostics }) => [details?.text, diagnostics].filter((one) => one !== undefined).join(', '))
    .join('; ');
}

function sendTask(response: Response, task: TaskResource): void {
  response.set({ 'Cache-Control': 'no-store', 'Content-Type': FHIR_JSON }).end(JSON.stringify(task));
}

function readList(request: Request) {
  const text = (name: string): string | undefined => queryOf(request, name);
  for (const name of Object.keys(request.query)) {
    if (!['state', 'sender', 'patient', '_count', '_page'].includes(name)) {
      throw new ServiceError(400, 'value', 'The query has a name that means nothing here.');
    }
  }
  const state = states.find((one) => one === text('state'));
  if (text('state') !== undefined && state === undefined) {
    throw new ServiceError(400, 'value', `state must be one of ${states.join(', ')}.`);
  }
  return {
    state,
    sender: text('sender'),
    patient: text('patient'),
    count: whole(text('_count'), '_count', 1000) ?? 50,
    before: whole(text('_page'), '_page', Number.MAX_SAFE_INTEGER),
  };
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
