import type { Request, Response } from 'express';
import type { Task as TaskResource } from 'fhir/r4.js';
import type { StoredDocument } from '../../store/records.js';
import { contextOf } from '../context.js';
import { ServiceError } from '../errors/service-error.js';
import type { Intake } from '../intake/intake.js';
import type { TenantStore } from '../../store/store.js';
import { tenantOf } from '../auth/tenant.js';
import { isWorkedOn, progressOfParts, taskOf } from '../intake/task.js';
import { documentBodyRoutes, FHIR_JSON } from './document-bodies.js';
import { documentListRoute } from './document-list.js';
import { idParameter, type Route, type Service } from './route.js';
import { media } from './schemas.js';
import { submitRoute } from './submit.js';

/** Durable intake: 202 means that the document is on disk. These routes exist only if a store is set. */
export function documentRoutes(service: Service, intake: Intake | undefined): Route[] {
  if (intake === undefined) return [];
  const storeOf = (request: Request): TenantStore => intake.store.of(tenantOf(request));
  const find = async (request: Request): Promise<StoredDocument> => {
    const document = await storeOf(request).ask('documentOf', String(request.params.id));
    const sender = contextOf(request).client?.sender;
    // A key that is bound to a sender sees only documents of that sender.
    if (document === undefined || (sender !== undefined && document.sender !== sender))
      throw new ServiceError(404, 'not-found', 'There is no such document.');
    return document;
  };
  const taskFor = async (store: TenantStore, document: StoredDocument): Promise<TaskResource> =>
    taskOf(document, {
      deliveries: await store.ask('deliveriesOf', document.id),
      parts: document.isEnvelope ? await store.ask('partsOf', document.id) : [],
    });
  return [
    ...(intake.roles.has('intake') ? [submitRoute(service, intake)] : []),
    {
      method: 'get',
      path: '/documents/{id}/$status',
      access: 'status',
      operation: {
        operationId: 'documentStatus',
        summary: 'The state of a document',
        tags: ['Intake'],
        parameters: [idParameter],
        responses: {
          '202': { description: 'It is not yet done; X-Progress has the state.' },
          '200': { description: 'A Task: what became of it.', content: { 'application/fhir+json': media('Task') } },
        },
        errors: [401, 403, 404, 429],
      },
      handle: async (request, response) => {
        const document = await find(request);
        const store = storeOf(request);
        const parts = document.state === 'opened' ? await store.ask('partsOf', document.id) : [];
        const progress = isWorkedOn(document.state) ? document.state : progressOfParts(parts);
        if (progress === undefined) sendTask(response, await taskFor(store, document));
        else response.status(202).set({ 'X-Progress': progress, 'Retry-After': '1' }).end();
      },
    },
    {
      method: 'delete',
      path: '/documents/{id}/$status',
      access: 'convert',
      operation: {
        operationId: 'cancelDocument',
        summary: 'Cancels a document that is not yet being converted',
        tags: ['Intake'],
        parameters: [idParameter],
        responses: { '202': { description: 'It will not be converted; its bytes are kept.' } },
        errors: [401, 403, 404, 409, 429],
      },
      handle: async (request, response) => {
        const document = await find(request);
        if (!(await storeOf(request).ask('cancel', document.id, contextOf(request).client?.name ?? '', Date.now()))) {
          throw new ServiceError(409, 'business-rule', `It has begun: the document is ${document.state}.`);
        }
        response.status(202).end();
      },
    },
    {
      method: 'post',
      path: '/documents/{id}/$release',
      access: 'operate',
      operation: {
        operationId: 'releaseDocument',
        summary: 'Releases a document that is held',
        description:
          'A document is held if a document of another patient has the same id. Somebody has to look at it first.',
        tags: ['Intake'],
        parameters: [idParameter],
        responses: { '202': { description: 'It is converted and delivered like any other.' } },
        errors: [401, 403, 404, 409, 429],
      },
      handle: async (request, response) => {
        const document = await find(request);
        if (
          !(await storeOf(request).ask('releaseHeld', document.id, contextOf(request).client?.name ?? '', Date.now()))
        ) {
          throw new ServiceError(409, 'business-rule', `It is not held: the document is ${document.state}.`);
        }
        intake.wake();
        response.status(202).set('Content-Location', `/documents/${document.id}/$status`).end();
      },
    },
    {
      method: 'get',
      path: '/documents/{id}',
      access: 'status',
      operation: {
        operationId: 'document',
        summary: 'What is known of a document, as a Task',
        tags: ['Intake'],
        parameters: [idParameter],
        responses: { '200': { description: 'A Task.', content: { 'application/fhir+json': media('Task') } } },
        errors: [401, 403, 404, 429],
      },
      handle: async (request, response) => {
        sendTask(response, await taskFor(storeOf(request), await find(request)));
      },
    },
    ...documentBodyRoutes(service, intake, find),
    documentListRoute(intake),
  ];
}

function sendTask(response: Response, task: TaskResource): void {
  response.set({ 'Cache-Control': 'no-store', 'Content-Type': FHIR_JSON }).end(JSON.stringify(task));
}
