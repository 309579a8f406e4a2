import { FOR_EVER, type HeldSubject, type LegalHold } from '../../store/operations/legal-holds.js';
import { tenantOf } from '../auth/tenant.js';
import { contextOf } from '../context.js';
import { ServiceError } from '../errors/service-error.js';
import type { Intake } from '../intake/intake.js';
import { parametersBody, readParameters, parameterText, parameterTexts, type Given } from './read-parameters.js';
import type { Route, Service } from './route.js';

const json = { 'application/json': { schema: { type: 'object' } } };

/** Documents under a legal hold stay whatever their age, and are not purged, until the hold ends. */
export function legalHoldRoutes(service: Service, intake: Intake | undefined): Route[] {
  if (intake === undefined) return [];
  const { store } = intake;
  return [
    {
      method: 'post',
      path: '/$legal-hold',
      access: 'operate',
      operation: {
        operationId: 'legalHold',
        summary: 'Keeps documents, or all of a patient, whatever their age, and from being purged',
        description:
          'Parameters: patient (the id that Bundles give the patient; what comes later is held, too) or id (several), reason, and until ' +
          '(a date or a time; for ever where absent). Said again, the hold is as long as it is said now.',
        tags: ['Intake'],
        requestBody: parametersBody,
        responses: { '200': { description: 'How many documents that are here it is on.', content: json } },
        errors: [400, 401, 403, 404, 408, 413, 415, 429, 503, 507],
      },
      handle: async (request, response) => {
        const asked = await readParameters(service, request, response);
        const { subjects, reason } = readSubjects(asked, ['patient', 'id', 'reason', 'until']);
        const until = untilIn(parameterText(asked, 'until'));
        const own = store.of(tenantOf(request));
        for (const { about, subject } of subjects)
          if (about === 'document' && (await own.ask('documentOf', subject)) === undefined)
            throw new ServiceError(404, 'not-found', 'There is no such document.');
        const actor = contextOf(request).client?.name ?? '';
        const documents = await own.ask('hold', subjects, until, actor, reason, Date.now());
        response.set('Cache-Control', 'no-store').json({ documents, until: textOfTime(until) });
      },
    },
    {
      method: 'post',
      path: '/$lift-legal-hold',
      access: 'operate',
      operation: {
        operationId: 'liftLegalHold',
        summary: 'Ends holds; what else holds a document goes on',
        description: 'Parameters: patient or id (several), as the hold was made, and reason.',
        tags: ['Intake'],
        requestBody: parametersBody,
        responses: { '200': { description: 'How many holds ended.', content: json } },
        errors: [400, 401, 403, 404, 408, 413, 415, 429, 503, 507],
      },
      handle: async (request, response) => {
        const asked = await readParameters(service, request, response);
        const { subjects, reason } = readSubjects(asked, ['patient', 'id', 'reason']);
        const actor = contextOf(request).client?.name ?? '';
        const lifted = await store.of(tenantOf(request)).ask('liftHold', subjects, actor, reason, Date.now());
        if (lifted === 0) throw new ServiceError(404, 'not-found', 'There is no such hold (GET /legal-holds).');
        response.set('Cache-Control', 'no-store').json({ lifted });
      },
    },
    {
      method: 'get',
      path: '/legal-holds',
      access: 'operate',
      operation: {
        operationId: 'legalHolds',
        summary: 'What is on legal hold now: patients and documents, until when, since when, by whom',
        tags: ['Intake'],
        responses: { '200': { description: 'All of them.', content: json } },
        errors: [401, 403, 429],
      },
      handle: async (request, response) => {
        const holds = await store.of(tenantOf(request)).ask('legalHolds', Date.now());
        response.set('Cache-Control', 'no-store').json({ holds: holds.map(toldHold) });
      },
    },
  ];
}

function toldHold({ about, subject, until, since, by }: LegalHold): object {
  return { [about]: subject, until: textOfTime(until), since: textOfTime(since), by };
}

/** Absent if the hold has no end. */
function textOfTime(time: number): string | undefined {
  return time === FOR_EVER ? undefined : new Date(time).toISOString();
}

/** @throws ServiceError 400 */
function readSubjects(asked: Given, names: readonly string[]): { subjects: HeldSubject[]; reason: string } {
  const odd = asked.find(({ name }) => !names.includes(name));
  if (odd !== undefined) throw new ServiceError(400, 'value', `parameter must be one of ${names.join(', ')}.`);
  const reason = parameterText(asked, 'reason');
  if (reason === undefined) throw new ServiceError(400, 'required', 'reason must say why.');
  const subjects: HeldSubject[] = [
    ...parameterTexts(asked, 'patient').map(
      (id) => ({ about: 'patient', subject: id.replace(/^[A-Za-z]+\//, '') }) as const,
    ),
    ...parameterTexts(asked, 'id').map((subject) => ({ about: 'document', subject }) as const),
  ];
  if (subjects.length === 0) throw new ServiceError(400, 'required', 'patient or id must say what is meant.');
  return { subjects, reason: reason.slice(0, 500) };
}

/**
 * The end of a day, everywhere on earth: the hold lasts until then.
 * @throws ServiceError 400
 */
function untilIn(text: string | undefined): number {
  if (text === undefined) return FOR_EVER;
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const time = isDay ? Date.parse(`${text}T23:59:59.999-12:00`) : isTime ? Date.parse(text) : NaN;
  if (Number.isNaN(time) || time <= Date.now())
    throw new ServiceError(400, 'value', 'until must be a date or a time with its zone that is still to come.');
  return time;
}
