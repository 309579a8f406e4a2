import type { Request } from 'express';
import { createReadStream } from 'node:fs';
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { resourceNames } from '../../fhir/elements.js';
import { ServiceError } from '../errors/service-error.js';
import { exportFolder, filesFolderOf } from '../intake/files-folder.js';
import type { Intake } from '../intake/intake.js';
import type { ExportAsked } from '../intake/jobs/export-job.js';
import type { WrittenFile } from '../intake/jobs/ndjson-files.js';
import { tenantOf } from '../auth/tenant.js';
import { begin, checkJob, findJob, jobAccepted, origin } from './jobs.js';
import { queryValue } from './query.js';
import { idParameter, type Parameter, type Route, type Service } from './route.js';

const parameters: readonly Parameter[] = [
  {
    name: '_type',
    in: 'query',
    description: 'Types of resources, separated by commas; all if absent.',
    schema: { type: 'string' },
  },
  {
    name: '_since',
    in: 'query',
    description: 'Only of documents that were converted since this instant.',
    schema: { type: 'string' },
  },
  { name: 'patient', in: 'query', description: 'Only of the patient with this id.', schema: { type: 'string' } },
  {
    name: '_outputFormat',
    in: 'query',
    description: 'Only application/fhir+ndjson.',
    schema: { type: 'string' },
  },
];

/** `$export`: the current results as files of resources (FHIR Bulk Data Access 2.0). */
export function exportRoutes(service: Service, intake: Intake | undefined): Route[] {
  const folder = filesFolderOf(service.settings);
  if (intake === undefined || folder === undefined) return [];
  return [
    {
      method: 'get',
      path: '/$export',
      access: 'operate',
      operation: {
        operationId: 'export',
        summary: 'Writes the current results as NDJSON, a resource a line, each once',
        tags: ['Intake'],
        parameters,
        responses: jobAccepted,
        errors: [400, 401, 403, 429, 503],
      },
      handle: async (request, response) => {
        await begin(intake, request, response, 'export', {
          asked: { ...readExport(request), request: `${origin(request)}${request.originalUrl}` },
        });
      },
    },
    {
      method: 'get',
      path: '/exports/{id}/$status',
      access: 'operate',
      operation: {
        operationId: 'exportStatus',
        summary: 'The state of an export; its manifest when it is done',
        tags: ['Intake'],
        parameters: [idParameter],
        responses: {
          '202': { description: 'It is still running.' },
          '200': {
            description: 'A manifest as in Bulk Data Access. Its files are kept for a day.',
            content: { 'application/json': { schema: { type: 'object' } } },
          },
        },
        errors: [401, 403, 404, 429, 500],
      },
      handle: async (request, response) => {
        const job = await findJob(intake, request, 'export');
        checkJob(job);
        if (job.state === 'running') {
          response.status(202).set({ 'X-Progress': 'writing', 'Retry-After': '1' }).end();
          return;
        }
        const files = (job.outcome as { output?: readonly WrittenFile[] } | null)?.output ?? [];
        response.set('Cache-Control', 'no-store').json({
          transactionTime: new Date(job.at).toISOString(),
          request: job.asked.request,
          requiresAccessToken: true,
          output: files.map(({ type, name, count }) => ({
            type,
            url: `${origin(request)}/files/${job.id}/${name}`,
            count,
          })),
          error: [],
        });
      },
    },
    {
      method: 'delete',
      path: '/exports/{id}/$status',
      access: 'operate',
      operation: {
        operationId: 'deleteExport',
        summary: 'Ends an export and removes its files',
        tags: ['Intake'],
        parameters: [idParameter],
        responses: { '202': { description: 'Its files are gone.' } },
        errors: [401, 403, 404, 429],
      },
      handle: async (request, response) => {
        const job = await findJob(intake, request, 'export');
        await intake.store.of(tenantOf(request)).ask('cancelJob', job.id, Date.now());
        await rm(exportFolder(folder, job.id), { recursive: true, force: true });
        response.status(202).end();
      },
    },
    {
      method: 'get',
      path: '/files/{id}/{name}',
      access: 'operate',
      operation: {
        operationId: 'exportFile',
        summary: 'A file of an export',
        tags: ['Intake'],
        parameters: [
          idParameter,
          {
            name: 'name',
            in: 'path',
            required: true,
            description: 'As the manifest names it.',
            schema: { type: 'string', pattern: '^[A-Za-z]+\\.\\d{3}\\.ndjson$' },
          },
        ],
        responses: {
          '200': {
            description: 'A resource a line.',
            content: { 'application/fhir+ndjson': { schema: { type: 'string' } } },
          },
        },
        errors: [401, 403, 404, 429],
      },
      handle: async (request, response) => {
        const job = await findJob(intake, request, 'export');
        const name = String(request.params.name);
        const path = join(exportFolder(folder, job.id), `${name}.gz`);
        const isThere =
          /^[A-Za-z]+\.\d{3}\.ndjson$/.test(name) &&
          (await access(path).then(
            () => true,
            () => false,
          ));
        if (!isThere) throw new ServiceError(404, 'not-found', 'There is no such file (any more).');
        response.set({
          'Content-Type': 'application/fhir+ndjson',
          'Cache-Control': 'no-store',
          Vary: 'Accept-Encoding',
        });
        if (request.acceptsEncodings('gzip') === 'gzip') {
          response.set('Content-Encoding', 'gzip');
          await pipeline(createReadStream(path), response);
        } else await pipeline(createReadStream(path), createGunzip(), response);
      },
    },
  ];
}

function readExport(request: Request): ExportAsked {
  for (const name of Object.keys(request.query)) {
    if (!parameters.some((one) => one.name === name))
      throw new ServiceError(400, 'value', 'The query has a parameter that is not known here.');
  }
  const format = queryValue(request, '_outputFormat');
  if (format !== undefined && !['application/fhir+ndjson', 'application/ndjson', 'ndjson'].includes(format))
    throw new ServiceError(400, 'not-supported', '_outputFormat must be application/fhir+ndjson.');
  const types = queryValue(request, '_type')?.split(',');
  const known = new Set(resourceNames());
  if (types?.some((type) => !known.has(type)) === true)
    throw new ServiceError(400, 'value', '_type must be names of FHIR resources, separated by commas.');
  const text = queryValue(request, '_since');
  const since = text === undefined ? undefined : Date.parse(text);
  if (since !== undefined && (Number.isNaN(since) || !/^\d{4}-\d\d-\d\dT/.test(text!)))
    throw new ServiceError(400, 'value', '_since must be an instant, such as 2026-01-01T00:00:00Z.');
  const patient = queryValue(request, 'patient')?.replace(/^[A-Za-z]+\//, '');
  return {
    ...(types === undefined ? {} : { types }),
    ...(since === undefined ? {} : { since }),
    ...(patient === undefined ? {} : { patient }),
  };
}
