import { documentStates } from '../../store/records.js';
import { ServiceError } from '../errors/service-error.js';
import type { Intake } from '../intake/intake.js';
import type { ReplayAsked } from '../intake/jobs/replay-job.js';
import { tenantOf } from '../auth/tenant.js';
import { begin, checkJob, findJob, jobAccepted } from './jobs.js';
import { parametersBody, readParameters, parameterText, parameterTexts, type Given } from './read-parameters.js';
import { idParameter, type Route, type Service } from './route.js';

/** `$replay`: for use after a change of the mappings or of a receiver. */
export function replayRoutes(service: Service, intake: Intake | undefined): Route[] {
  if (intake === undefined) return [];
  const { store } = intake;
  return [
    {
      method: 'post',
      path: '/$replay',
      access: 'operate',
      operation: {
        operationId: 'replay',
        summary: 'Converts documents again, or sends them again; with dryRun only says what would change',
        description:
          'Parameters: id (several), sender, kind (LOINC), state, received (`ge…`, `lt…`), mapping (`not-current`: only what other ' +
          'mappings than those in service converted), action (`convert`, `deliver`), dryRun. What somebody waits for goes first.',
        tags: ['Intake'],
        requestBody: parametersBody,
        responses: jobAccepted,
        errors: [400, 401, 403, 408, 413, 415, 429, 503, 507],
      },
      handle: async (request, response) => {
        const asked = readReplay(await readParameters(service, request, response));
        await begin(intake, request, response, 'replay', { asked: { ...asked } });
      },
    },
    {
      method: 'get',
      path: '/replays/{id}/$status',
      access: 'operate',
      operation: {
        operationId: 'replayStatus',
        summary: 'How far a replay is; what it did, or would do',
        tags: ['Intake'],
        parameters: [idParameter],
        responses: {
          '202': { description: 'It goes on.' },
          '200': { description: 'What it did.', content: { 'application/json': { schema: { type: 'object' } } } },
        },
        errors: [401, 403, 404, 429, 500],
      },
      handle: async (request, response) => {
        const job = await findJob(intake, request, 'replay');
        checkJob(job);
        const { open, states } = await store.of(tenantOf(request)).ask('jobProgress', job.id);
        if (job.state === 'running' || open > 0) {
          response
            .status(202)
            .set({ 'X-Progress': `${open} to be converted`, 'Retry-After': '1' })
            .end();
          return;
        }
        response.set('Cache-Control', 'no-store').json({ ...job.outcome, states });
      },
    },
  ];
}

const replayNames = ['id', 'sender', 'kind', 'state', 'received', 'mapping', 'action', 'dryRun'];

function readReplay(all: Given): ReplayAsked {
  const odd = all.find(({ name }) => !replayNames.includes(name));
  if (odd !== undefined) throw new ServiceError(400, 'value', `parameter must be one of ${replayNames.join(', ')}.`);
  const ids = parameterTexts(all, 'id');
  const state = documentStates.find((one) => one === parameterText(all, 'state'));
  if (parameterText(all, 'state') !== undefined && state === undefined)
    throw new ServiceError(400, 'value', `state must be one of ${documentStates.join(', ')}.`);
  const action = parameterText(all, 'action') ?? 'convert';
  if (action !== 'convert' && action !== 'deliver')
    throw new ServiceError(400, 'value', 'action must be convert or deliver.');
  const mapping = parameterText(all, 'mapping');
  if (mapping !== undefined && mapping !== 'not-current')
    throw new ServiceError(400, 'value', 'mapping may only be not-current.');
  const times = parameterTexts(all, 'received').map((text) => {
    const time = Date.parse(text.slice(2));
    if (!/^(ge|lt)/.test(text) || Number.isNaN(time))
      throw new ServiceError(400, 'value', 'received must be ge or lt and a date or an instant.');
    return text.startsWith('ge') ? { receivedFrom: time } : { receivedBefore: time };
  });
  const [sender, kind] = [parameterText(all, 'sender'), parameterText(all, 'kind')];
  return {
    action,
    notCurrent: mapping === 'not-current',
    dryRun: parameterText(all, 'dryRun') === 'true',
    ...(ids.length === 0 ? {} : { ids }),
    ...(sender === undefined ? {} : { sender }),
    ...(kind === undefined ? {} : { kind }),
    ...(state === undefined ? {} : { state }),
    ...Object.assign({}, ...times),
  } as ReplayAsked;
}
