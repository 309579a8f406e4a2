import { randomUUID } from 'node:crypto';
import { planPurge } from '../../delivery/purge-plan.js';
import type { StoredRemoval } from '../../store/operations/removals.js';
import { tenantOf } from '../auth/tenant.js';
import { contextOf } from '../context.js';
import { ServiceError } from '../errors/service-error.js';
import { removeExport } from '../intake/files-folder.js';
import type { Intake } from '../intake/intake.js';
import { parametersBody, readParameters, parameterText, parameterTexts, type Given } from './read-parameters.js';
import { idParameter, type Route, type Service } from './route.js';

const json = { 'application/json': { schema: { type: 'object' } } };

const MOST_NAMED = 5;

const names = ['patient', 'id', 'reason', 'atReceivers'];

/** `$purge`: removes documents here at once, and at each receiver as soon as the receiver can be reached. */
export function purgeRoutes(service: Service, intake: Intake | undefined): Route[] {
  if (intake === undefined) return [];
  const { store } = intake;
  const { receivers } = service.settings;
  return [
    {
      method: 'post',
      path: '/$purge',
      access: 'purge',
      operation: {
        operationId: 'purge',
        summary: 'Deletes everything that is stored about a patient, or of documents, here and at the receivers',
        description:
          'Parameters: patient (the id that Bundles give the patient) or id (several), reason, and atReceivers (default: true). Bytes, results, ' +
          'names of files and the files of exports are deleted. Resources that only these documents have are also deleted at the receivers; ' +
          'Content-Location is the address of the progress. A webhook gets a message, since what it was sent cannot be taken back.',
        tags: ['Intake'],
        requestBody: parametersBody,
        responses: {
          '200': { description: 'How many documents were purged, and how far the receivers are.', content: json },
        },
        errors: [400, 401, 403, 404, 408, 409, 413, 415, 429, 503, 507],
      },
      handle: async (request, response) => {
        const asked = await readParameters(service, request, response);
        const { reason, patient, ids: named, atReceivers } = readPurge(asked);
        const own = store.of(tenantOf(request));
        const ids = patient === undefined ? named : await own.ask('documentsOfPatient', patient);
        if (ids.length === 0) throw new ServiceError(404, 'not-found', 'There is no such patient or document.');
        const purge = randomUUID();
        const removal = atReceivers
          ? { purge, planned: await planPurge(own, ids), known: receivers.map(({ name }) => name) }
          : undefined;
        const actor = contextOf(request).client?.name ?? '';
        const documents = await own.ask('purge', ids, actor, reason, Date.now(), removal);
        if (typeof documents === 'object') throw onLegalHold(documents.held, ids.length);
        // The files of exports may have data of the purged documents too.
        for (const job of await own.ask('dropExports', Date.now())) await removeExport(service.settings, job);
        await store.compact();
        for (const deliverer of intake.deliverers) deliverer.wake();
        response
          .set({ 'Cache-Control': 'no-store', 'Content-Location': `/purges/${purge}/$status` })
          .json({ documents, receivers: await own.ask('removalsOf', purge) });
      },
    },
    {
      method: 'post',
      path: '/purges/{id}/$retry',
      access: 'purge',
      operation: {
        operationId: 'purgeRetry',
        summary: 'Asks the receivers once more for what remains there of a purge',
        tags: ['Intake'],
        parameters: [idParameter],
        responses: { '200': { description: 'How many are asked, and how far each is.', content: json } },
        errors: [401, 403, 404, 429, 503, 507],
      },
      handle: async (request, response) => {
        const purge = String(request.params.id);
        const own = store.of(tenantOf(request));
        if ((await own.ask('removalsOf', purge)).length === 0)
          throw new ServiceError(404, 'not-found', 'There is no such purge, or no receiver had anything of it.');
        const actor = contextOf(request).client?.name ?? '';
        const known = receivers.map(({ name }) => name);
        const asked = await own.ask('retryRemovals', purge, known, actor, Date.now());
        for (const deliverer of intake.deliverers) deliverer.wake();
        response
          .set({ 'Cache-Control': 'no-store', 'Content-Location': `/purges/${purge}/$status` })
          .json({ asked, receivers: await own.ask('removalsOf', purge) });
      },
    },
    {
      method: 'get',
      path: '/purges/{id}/$status',
      access: 'purge',
      operation: {
        operationId: 'purgeStatus',
        summary: 'How far a purge is at the receivers: what is removed there, and what remains and why',
        tags: ['Intake'],
        parameters: [idParameter],
        responses: {
          '202': { description: 'Some have not let go of it yet; it is tried until they have.', content: json },
          '200': { description: 'All is done that can be.', content: json },
        },
        errors: [401, 403, 404, 429],
      },
      handle: async (request, response) => {
        const told = await store.of(tenantOf(request)).ask('removalsOf', String(request.params.id));
        if (told.length === 0)
          throw new ServiceError(404, 'not-found', 'There is no such purge, or no receiver had anything of it.');
        const isOpen = told.some(({ state }: StoredRemoval) => state === 'waiting');
        if (isOpen) response.status(202).set('Retry-After', '1');
        response.set('Cache-Control', 'no-store').json({ receivers: told });
      },
    },
  ];
}

function onLegalHold(held: readonly string[], asked: number): ServiceError {
  const which = held.slice(0, MOST_NAMED).join(', ') + (held.length > MOST_NAMED ? ', …' : '');
  return new ServiceError(
    409,
    'business-rule',
    `Nothing was purged: ${held.length} of ${asked} documents, or what they came in with, are on legal hold (${which}). GET /legal-holds says until when; $lift-legal-hold ends a hold.`,
  );
}

/** @throws ServiceError 400 */
function readPurge(asked: Given) {
  const odd = asked.find(({ name }) => !names.includes(name));
  if (odd !== undefined) throw new ServiceError(400, 'value', `parameter must be one of ${names.join(', ')}.`);
  const reason = parameterText(asked, 'reason');
  if (reason === undefined) throw new ServiceError(400, 'required', 'reason must say why.');
  const atReceivers = parameterText(asked, 'atReceivers') ?? 'true';
  if (!['true', 'false'].includes(atReceivers))
    throw new ServiceError(400, 'value', 'atReceivers must be true or false.');
  return {
    reason: reason.slice(0, 500),
    patient: parameterText(asked, 'patient')?.replace(/^[A-Za-z]+\//, ''),
    ids: parameterTexts(asked, 'id'),
    atReceivers: atReceivers === 'true',
  };
}
