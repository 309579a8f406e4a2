import type { Request, Response } from 'express';
import { setTimeout as delay } from 'node:timers/promises';
import type { Accepted } from '../../store/records.js';
import { StoreFailure, type TenantStore } from '../../store/store.js';
import { contextOf } from '../context.js';
import { ServiceError } from '../errors/service-error.js';
import type { Intake } from '../intake/intake.js';
import { tenantOf } from '../auth/tenant.js';
import { newDocument } from '../intake/new-document.js';
import { isWorkedOn } from '../intake/task.js';
import { checkLength, readBody } from '../limits/body.js';
import { fileOfForm } from '../limits/multipart.js';
import { documentTypes, FORM } from './convert.js';
import { checkType } from './negotiation.js';
import { checkQuery, optionParameters, readOptions } from './options.js';
import { queryValue } from './query.js';
import type { Route, Service } from './route.js';

const LONGEST_WAIT_SECONDS = 30;

/** How often it is checked whether a document is done, while a client waits for it. */
const LOOK_MILLISECONDS = 25;

/** `POST /documents`: 202 means that the document is on disk. */
export function submitRoute(service: Service, intake: Intake): Route {
  return {
    method: 'post',
    path: '/documents',
    access: 'convert',
    operation: {
      operationId: 'submit',
      summary: 'Takes a document in: accepted means that it is on disk',
      description:
        'The body, its types and the options are those of `/convert`. The document is converted after the answer; ' +
        'Content-Location is the address of its state (FHIR asynchronous pattern). Each document of an envelope is ' +
        'accepted by itself, with its way through the envelope. The same bytes again, or the same Idempotency-Key, give the ' +
        'same address. If the store has no space, the answer comes before the body is read.',
      tags: ['Intake'],
      parameters: [
        ...optionParameters,
        {
          name: 'wait',
          in: 'query',
          description: 'Seconds to wait for the outcome. If there is none by then, the answer is 202.',
          schema: { type: 'integer', minimum: 0, maximum: LONGEST_WAIT_SECONDS },
        },
        {
          name: 'Idempotency-Key',
          in: 'header',
          description: 'A text of the client for this document; sent again within seven days it is not taken twice.',
          schema: { type: 'string', minLength: 1, maxLength: 255 },
        },
      ],
      requestBody: {
        required: true,
        content: Object.fromEntries(documentTypes.map((type) => [type, { schema: { type: 'string', minLength: 1 } }])),
      },
      responses: {
        '202': { description: 'It is on disk.', headers: locationHeaders },
        '200': { description: 'It is here already, or it is done by now.', headers: locationHeaders },
      },
      errors: [400, 401, 403, 408, 413, 415, 422, 429, 503, 507],
    },
    handle: async (request, response) => {
      const type = checkType(request, documentTypes);
      checkQuery(request, ['wait']);
      const wait = readWait(request);
      const options = readOptions(request, contextOf(request).client, Object.keys(service.pool.state().hashes));
      const key = readKey(request);
      checkLength(request, service.settings.limits);
      intake.pressure.check();
      const tenant = tenantOf(request);
      await intake.quotas.check(tenant);
      const started = performance.now();
      const body = await readBody(request, response, service.settings.limits, service.budget);
      try {
        const bytes = type === FORM ? await fileOfForm(request.get('content-type')!, body.bytes) : body.bytes;
        if (bytes.length === 0) throw new ServiceError(400, 'required', 'The body is empty; it must be a document.');
        const document = newDocument({
          client: contextOf(request).client?.name ?? '',
          bytes,
          // Of a form only its file is kept. What the file is, is seen in its bytes.
          mediaType: type === FORM ? 'application/octet-stream' : request.get('content-type')!,
          source: 'http',
          sender: options.sender,
          options: { ...options },
          ...(key === undefined ? {} : { repeatKey: key }),
        });
        const store = intake.store.of(tenant);
        const accepted = await askStore(() => store.ask('accept', document, Date.now()));
        if (accepted.outcome === 'conflict') throw conflict();
        if (accepted.outcome === 'accepted') {
          intake.pressure.noteAccepted();
          intake.quotas.note(tenant, bytes.length);
        }
        service.metrics.intakeDocuments.inc({ outcome: accepted.outcome, source: 'http' });
        service.metrics.intakeDuration.observe((performance.now() - started) / 1000);
        intake.wake();
        const isDone = wait > 0 && (await isSettled(store, accepted.id, wait));
        answerAccepted(response, accepted, isDone);
      } finally {
        body.release();
      }
    },
  };
}

const locationHeaders = {
  'Content-Location': { description: 'The address of its state.', schema: { type: 'string' } },
};

/** @throws ServiceError 422 if the key was already used with other bytes (IETF draft Idempotency-Key). */
function conflict(): ServiceError {
  return new ServiceError(422, 'business-rule', 'This Idempotency-Key was sent before with another document.');
}

/**
 * The disk refused the document, so it was not taken in. The client has to send it again.
 * @throws ServiceError 503, 507
 */
export async function askStore<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error;
    const isFull = /full/i.test(error.message);
    throw new ServiceError(
      isFull ? 507 : 503,
      'transient',
      isFull
        ? 'The disk of the store is full; the document was not taken.'
        : 'The store could not write the document; it was not taken.',
      { headers: { 'Retry-After': '5' }, reason: error.code },
    );
  }
}

function answerAccepted(
  response: Response,
  accepted: Exclude<Accepted, { outcome: 'conflict' }>,
  isDone: boolean,
): void {
  response.set({ 'Content-Location': `/documents/${accepted.id}/$status`, 'Cache-Control': 'no-store' });
  if (accepted.outcome === 'repeat') response.set('Cairn-Repeat', accepted.by);
  if (isDone || accepted.outcome === 'repeat') response.status(200).end();
  else response.status(202).set('Retry-After', '1').end();
}

async function isSettled(store: TenantStore, id: string, seconds: number): Promise<boolean> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const document = await store.ask('documentOf', id);
    if (document !== undefined && !isWorkedOn(document.state)) return true;
    if (Date.now() >= until) return false;
    await delay(LOOK_MILLISECONDS);
  }
}

function readWait(request: Request): number {
  const text = queryValue(request, 'wait') ?? '0';
  if (!/^\d{1,2}$/.test(text) || Number(text) > LONGEST_WAIT_SECONDS) {
    throw new ServiceError(400, 'value', `wait must be a whole number from 0 to ${LONGEST_WAIT_SECONDS}.`);
  }
  return Number(text);
}

function readKey(request: Request): string | undefined {
  const key = request.get('idempotency-key');
  if (key === undefined || key === '') return undefined;
  // If a key were cut, it could become equal to that of another document.
  if (key.length > 255) throw new ServiceError(400, 'value', 'Idempotency-Key may have 255 characters at most.');
  return key;
}
