import type { Request } from 'express';
import { documentStates } from '../../store/records.js';
import { contextOf } from '../context.js';
import { ServiceError } from '../errors/service-error.js';
import { removeExport } from '../intake/files-folder.js';
import type { Intake } from '../intake/intake.js';
import type { ReplayAsked } from '../intake/jobs/replay-job.js';
import { tenantOf } from '../auth/tenant.js';
import { readBody } from '../limits/body.js';
import { begin, checkJob, findJob, jobAccepted } from './jobs.js';
import { checkType } from './negotiation.js';
import { idParameter, type Route, type Service } from './route.js';

const types = ['application/fhir+json', 'application/json'];

/** `$replay` after a change of the mappings or of a receiver, and `$purge`. The bodies are Parameters. */
export function replayRoutes(service: Service, intake: Intake | undefined): Route[] {
  if (intake === undefined) return [];
  const { store } = intake;
  const parametersOf = async (request: Request, response: Parameters<Route['handle']>[1]): Promise<Given> => {
    checkType(request, types);
    const body = await readBody(request, response, service.settings.limits, service.budget);
    try {
      return given(body.bytes);
    } finally {
      body.release();
    }
  };
  return [
    {
      method: 'post',
      path: '/$replay',
      access: 'operate',
      operation: {
        operationId: 'replay',
        summary: 'Converts documents anew, or sends them again; with dryRun says what that would change',
        description:
          'Parameters: id (several), sender, kind (LOINC), state, received (`ge…`, `lt…`), mapping (`not-current`: only what other ' +
          'mappings than those in service converted), action (`convert`, `deliver`), dryRun. What somebody waits for goes first.',
        tags: ['Intake'],
        requestBody: {
          required: true,
          content: Object.fromEntries(types.map((type) => [type, { schema: { type: 'object' } }])),
        },
        responses: jobAccepted,
        errors: [400, 401, 403, 408, 413, 415, 429, 503, 507],
      },
      handle: async (request, response) => {
        const asked = readReplay(await parametersOf(request, response));
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
    {
      method: 'post',
      path: '/$purge',
      access: 'purge',
      operation: {
        operationId: 'purge',
        summary: 'Takes away all that was stored of a patient, or of documents',
        description:
          'Parameters: patient (the id that Bundles give the patient) or id (several), and reason. Nothing of the bytes, the ' +
          'results or the names of files is left in the database, and no file of an export; receivers keep what they were sent.',
        tags: ['Intake'],
        requestBody: {
          required: true,
          content: Object.fromEntries(types.map((type) => [type, { schema: { type: 'object' } }])),
        },
        responses: {
          '200': {
            description: 'How many documents were purged.',
            content: { 'application/json': { schema: { type: 'object' } } },
          },
        },
        errors: [400, 401, 403, 404, 408, 413, 415, 429, 503, 507],
      },
      handle: async (request, response) => {
        const asked = await parametersOf(request, response);
        const reason = textOf(asked, 'reason');
        const patient = textOf(asked, 'patient')?.replace(/^[A-Za-z]+\//, '');
        if (reason === undefined) throw new ServiceError(400, 'required', 'reason must say why.');
        const own = store.of(tenantOf(request));
        const ids = patient === undefined ? textsOf(asked, 'id') : await own.ask('documentsOfPatient', patient);
        if (ids.length === 0) throw new ServiceError(404, 'not-found', 'There is no such patient or document.');
        const actor = contextOf(request).client?.name ?? '';
        const documents = await own.ask('purge', ids, actor, reason.slice(0, 500), Date.now());
        // What was exported may tell of them, too.
        for (const job of await own.ask('dropExports')) await removeExport(service.settings, job);
        await store.compact();
        response.json({ documents });
      },
    },
  ];
}

type Given = readonly { readonly name: string; readonly value: string | boolean }[];

/** @throws ServiceError 400 */
function given(bytes: Uint8Array): Given {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw new ServiceError(400, 'structure', 'The body is no JSON.');
  }
  const { resourceType, parameter = [] } = (value ?? {}) as { resourceType?: unknown; parameter?: unknown };
  if (resourceType !== 'Parameters' || !Array.isArray(parameter))
    throw new ServiceError(400, 'structure', 'The body must be a FHIR Parameters resource.');
  return (parameter as Record<string, unknown>[]).map((one) => {
    const found = Object.entries(one).find(([name]) => name.startsWith('value'))?.[1];
    if (typeof one.name !== 'string' || (typeof found !== 'string' && typeof found !== 'boolean'))
      throw new ServiceError(400, 'structure', 'Each parameter needs a name and a text or a boolean.');
    return { name: one.name, value: found };
  });
}

function textsOf(all: Given, wanted: string): string[] {
  return all.flatMap(({ name, value }) => (name === wanted ? [String(value)] : []));
}

function textOf(all: Given, wanted: string): string | undefined {
  return textsOf(all, wanted)[0];
}

const replayNames = ['id', 'sender', 'kind', 'state', 'received', 'mapping', 'action', 'dryRun'];

function readReplay(all: Given): ReplayAsked {
  const odd = all.find(({ name }) => !replayNames.includes(name));
  if (odd !== undefined) throw new ServiceError(400, 'value', `parameter must be one of ${replayNames.join(', ')}.`);
  const ids = textsOf(all, 'id');
  const state = documentStates.find((one) => one === textOf(all, 'state'));
  if (textOf(all, 'state') !== undefined && state === undefined)
    throw new ServiceError(400, 'value', `state must be one of ${documentStates.join(', ')}.`);
  const action = textOf(all, 'action') ?? 'convert';
  if (action !== 'convert' && action !== 'deliver')
    throw new ServiceError(400, 'value', 'action must be convert or deliver.');
  const mapping = textOf(all, 'mapping');
  if (mapping !== undefined && mapping !== 'not-current')
    throw new ServiceError(400, 'value', 'mapping may be not-current alone.');
  const times = textsOf(all, 'received').map((text) => {
    const time = Date.parse(text.slice(2));
    if (!/^(ge|lt)/.test(text) || Number.isNaN(time))
      throw new ServiceError(400, 'value', 'received must be ge or lt and a date or an instant.');
    return text.startsWith('ge') ? { receivedFrom: time } : { receivedBefore: time };
  });
  const [sender, kind] = [textOf(all, 'sender'), textOf(all, 'kind')];
  return {
    action,
    notCurrent: mapping === 'not-current',
    dryRun: textOf(all, 'dryRun') === 'true',
    ...(ids.length === 0 ? {} : { ids }),
    ...(sender === undefined ? {} : { sender }),
    ...(kind === undefined ? {} : { kind }),
    ...(state === undefined ? {} : { state }),
    ...Object.assign({}, ...times),
  } as ReplayAsked;
}
