import type { Request, Response } from 'express';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import type { JobProgress, StoredJob } from '../../store/operations/jobs.js';
import { priorities, statesWithBundle, type DocumentState } from '../../store/records.js';
import { contextOf } from '../context.js';
import { ServiceError } from '../errors/service-error.js';
import type { Intake } from '../intake/intake.js';
import type { ImportAsked } from '../intake/jobs/import-job.js';
import type { TenantStore } from '../../store/store.js';
import { tenantOf } from '../auth/tenant.js';
import { newDocument } from '../intake/new-document.js';
import { checkLength, readBody } from '../limits/body.js';
import { begin, checkJob, findJob, jobAccepted, origin } from './jobs.js';
import { checkType } from './negotiation.js';
import { checkQuery, optionParameters, readOptions } from './options.js';
import { idParameter, type Route, type Service } from './route.js';

const NDJSON = ['application/x-ndjson', 'application/ndjson', 'application/fhir+ndjson'];
const PARAMETERS = ['application/fhir+json', 'application/json'];
const types = ['application/zip', 'application/x-zip-compressed', 'application/octet-stream', ...NDJSON, ...PARAMETERS];

const withOutcome: readonly DocumentState[] = ['refused', 'failed'];

/** How many documents are asked for at once. */
const PAGE = 100;

/** `$import`: takes in many documents at once. They are converted after the documents that somebody waits for. */
export function importRoutes(service: Service, intake: Intake | undefined): Route[] {
  if (intake?.roles.has('intake') !== true) return [];
  return [
    {
      method: 'post',
      path: '/$import',
      access: 'operate',
      operation: {
        operationId: 'import',
        summary: 'Takes many documents in: an archive, a list, or a folder of this machine',
        description:
          'The body is an archive or any other envelope; or a list, a line of JSON each with `content` (the document as text) or ' +
          '`path` (below intake.importFolders), and where wanted `sender`; or Parameters with `folder`. What came is on disk ' +
          'when 202 is answered. Documents that somebody sends to /documents go first.',
        tags: ['Intake'],
        parameters: optionParameters,
        requestBody: {
          required: true,
          content: Object.fromEntries(types.map((type) => [type, { schema: { type: 'string', minLength: 1 } }])),
        },
        responses: jobAccepted,
        errors: [400, 401, 403, 408, 413, 415, 422, 429, 503, 507],
      },
      handle: async (request, response) => {
        const type = checkType(request, types);
        checkQuery(request);
        const options = readOptions(request, contextOf(request).client, Object.keys(service.pool.state().hashes));
        checkLength(request, service.settings.limits);
        intake.pressure.check();
        const tenant = tenantOf(request);
        await intake.quotas.check(tenant);
        const body = await readBody(request, response, service.settings.limits, service.budget);
        try {
          const { bytes } = body;
          if (bytes.length === 0) throw new ServiceError(400, 'required', 'The body is empty.');
          const folder = PARAMETERS.includes(type) ? folderIn(bytes) : undefined;
          const what = folder === undefined ? (isList(type, bytes) ? 'list' : 'envelope') : 'folder';
          const asked: ImportAsked = {
            what,
            options: { ...options },
            ...(folder === undefined ? {} : { path: folder }),
          };
          const id = randomUUID();
          const document = newDocument({
            client: contextOf(request).client?.name ?? '',
            bytes,
            mediaType: type,
            source: `import:${id}`,
            sender: options.sender,
            options: { ...options },
            job: { id, name: 'body' },
            priority: priorities.bulk,
          });
          const carried = what === 'list' ? { body: bytes } : what === 'envelope' ? { document } : {};
          if (what === 'envelope') intake.quotas.note(tenant, bytes.length);
          await begin(intake, request, response, 'import', { asked: { ...asked }, ...carried }, id);
        } finally {
          body.release();
        }
      },
    },
    {
      method: 'get',
      path: '/imports/{id}/$status',
      access: 'operate',
      operation: {
        operationId: 'importStatus',
        summary: 'How far an import is; its manifest once it is done',
        tags: ['Intake'],
        parameters: [idParameter],
        responses: {
          '202': { description: 'It goes on; X-Progress says how far.' },
          '200': {
            description: 'A manifest as in Bulk Data Access.',
            content: { 'application/json': { schema: { type: 'object' } } },
          },
        },
        errors: [401, 403, 404, 429, 500],
      },
      handle: async (request, response) => {
        const job = await findJob(intake, request, 'import');
        checkJob(job);
        const progress = await intake.store.of(tenantOf(request)).ask('jobProgress', job.id);
        if (job.state === 'running' || progress.open > 0) {
          response
            .status(202)
            .set({ 'X-Progress': progressText(progress), 'Retry-After': '1' })
            .end();
          return;
        }
        response.set('Cache-Control', 'no-store').json(manifest(request, job, progress));
      },
    },
    {
      method: 'delete',
      path: '/imports/{id}/$status',
      access: 'operate',
      operation: {
        operationId: 'cancelImport',
        summary: 'Takes nothing more in; what is in already stays',
        tags: ['Intake'],
        parameters: [idParameter],
        responses: { '202': { description: 'It is cancelled.' } },
        errors: [401, 403, 404, 429],
      },
      handle: async (request, response) => {
        const job = await findJob(intake, request, 'import');
        await intake.store.of(tenantOf(request)).ask('cancelJob', job.id, Date.now());
        response.status(202).end();
      },
    },
    linesRoute('Bundle', 'The Bundles of an import, one a line', intake, async (store, job, write) => {
      await eachDocument(store, job, statesWithBundle, async ({ id }) => {
        const bytes = await store.ask('bodyOf', id, 'bundle');
        if (bytes !== undefined) await write(Buffer.from(bytes).toString('utf8'));
      });
    }),
    linesRoute(
      'OperationOutcome',
      'Why documents of an import became nothing, one a line',
      intake,
      async (store, job, write) => {
        for (const { problem } of await store.ask('jobProblems', job.id)) await write(problem);
        await eachDocument(store, job, withOutcome, async ({ reason }) => {
          if (reason !== null) await write(reason);
        });
      },
    ),
  ];
}

function linesRoute(
  type: string,
  summary: string,
  intake: Intake,
  writeAll: (store: TenantStore, job: StoredJob, write: (line: string) => Promise<void>) => Promise<void>,
): Route {
  return {
    method: 'get',
    path: `/imports/{id}/${type}.ndjson`,
    access: 'operate',
    operation: {
      operationId: `import${type}s`,
      summary,
      tags: ['Intake'],
      parameters: [idParameter],
      responses: {
        '200': { description: summary, content: { 'application/fhir+ndjson': { schema: { type: 'string' } } } },
      },
      errors: [401, 403, 404, 429],
    },
    handle: async (request: Request, response: Response) => {
      const job = await findJob(intake, request, 'import');
      response.set({ 'Content-Type': 'application/fhir+ndjson', 'Cache-Control': 'no-store' });
      await writeAll(intake.store.of(tenantOf(request)), job, async (line) => {
        if (!response.write(`${line}\n`)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      });
      response.end();
    },
  };
}

async function eachDocument(
  store: TenantStore,
  job: StoredJob,
  states: readonly DocumentState[],
  use: (document: { readonly id: string; readonly reason: string | null }) => Promise<void>,
): Promise<void> {
  let after = 0;
  for (;;) {
    const page = await store.ask('jobDocuments', job.id, states, after, PAGE);
    for (const document of page) await use(document);
    if (page.length < PAGE) return;
    after = page.at(-1)!.seq;
  }
}

/** `4120 stored, 3981 converted, 12 refused of 9000` */
function progressText({ states, problems }: JobProgress): string {
  const [stored, converted, refused] = [
    sum(states),
    sum(states, statesWithBundle),
    sum(states, withOutcome) + problems,
  ];
  return `${stored} stored, ${converted} converted, ${refused} refused of ${stored + problems}`;
}

function sum(states: JobProgress['states'], only?: readonly DocumentState[]): number {
  return (Object.entries(states) as [DocumentState, number][])
    .filter(([state]) => only === undefined || only.includes(state))
    .reduce((total, [, count]) => total + count, 0);
}

function manifest(request: Request, job: StoredJob, { states, problems }: JobProgress): object {
  const place = `${origin(request)}/imports/${job.id}`;
  const [bundles, outcomes] = [sum(states, statesWithBundle), sum(states, withOutcome) + problems];
  return {
    transactionTime: new Date(job.at).toISOString(),
    request: `${origin(request)}/$import`,
    requiresAccessToken: true,
    output: bundles === 0 ? [] : [{ type: 'Bundle', url: `${place}/Bundle.ndjson`, count: bundles }],
    error:
      outcomes === 0 ? [] : [{ type: 'OperationOutcome', url: `${place}/OperationOutcome.ndjson`, count: outcomes }],
    deleted: [],
  };
}

/** Whether the body is a list in our own form. FHIR resources in NDJSON are an envelope instead. */
function isList(type: string, bytes: Uint8Array): boolean {
  if (!NDJSON.includes(type)) return false;
  const first = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4096)).toString('utf8');
  return !/^\s*\{[^{}]{0,500}"resourceType"/.test(first);
}

/** `{"resourceType": "Parameters", "parameter": [{"name": "folder", "valueString": "feed"}]}` */
function folderIn(bytes: Uint8Array): string | undefined {
  try {
    const value = JSON.parse(Buffer.from(bytes).toString('utf8')) as {
      resourceType?: unknown;
      parameter?: { name?: unknown; valueString?: unknown }[];
    } | null;
    if (value?.resourceType !== 'Parameters') return undefined;
    const folder = value.parameter?.find(({ name }) => name === 'folder')?.valueString;
    return typeof folder === 'string' ? folder : undefined;
  } catch {
    return undefined;
  }
}
