import { createReadStream } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isPostgres } from '../../store/place.js';
import { usesTenants } from '../auth/rights.js';
import { scopeOf } from '../auth/tenant.js';
import { contextOf } from '../context.js';
import { ServiceError } from '../errors/service-error.js';
import type { Intake } from '../intake/intake.js';
import { storeStatusOf } from '../intake/store-status.js';
import type { Route, Service } from './route.js';

/** The store as a whole: how much is in it, and how to copy it. */
export function storeRoutes(service: Service, intake: Intake | undefined): Route[] {
  const folder = service.settings.store;
  if (intake === undefined || folder === undefined) return [];
  return [
    {
      method: 'get',
      path: '/store',
      access: 'operate',
      operation: {
        operationId: 'store',
        summary: 'How many documents are in each state, the backlog, and the states of the receivers',
        tags: ['Intake'],
        responses: {
          '200': { description: 'Counts.', content: { 'application/json': { schema: { type: 'object' } } } },
        },
        errors: [401, 403, 429],
      },
      handle: async (request, response) => {
        response.set('Cache-Control', 'no-store').json(await storeStatusOf(service.settings, intake, scopeOf(request)));
      },
    },
    ...(isPostgres(folder) ? [] : [backupRoute(service, intake, folder)]),
  ];
}

/** A store in PostgreSQL is copied with pg_dump instead. */
function backupRoute({ settings }: Service, { store }: Intake, folder: string): Route {
  return {
    method: 'get',
    path: '/$backup',
    access: 'operate',
    operation: {
      operationId: 'backup',
      summary: 'A copy of the whole store as it is now, as a SQLite database',
      tags: ['Intake'],
      responses: {
        '200': {
          description: 'The database.',
          content: { 'application/vnd.sqlite3': { schema: { type: 'string' } } },
        },
      },
      errors: [401, 403, 429, 503, 507],
    },
    handle: async (request, response) => {
      if (usesTenants(settings) && contextOf(request).client?.may('tenants') !== true)
        throw new ServiceError(403, 'forbidden', 'The store holds documents of other tenants, too.');
      await mkdir(join(folder, 'backups'), { recursive: true });
      const file = join(folder, 'backups', `${randomUUID()}.sqlite`);
      try {
        await store.backup(file);
        response.set({
          'Content-Type': 'application/vnd.sqlite3',
          'Content-Length': String((await stat(file)).size),
          'Cache-Control': 'no-store',
        });
        await pipeline(createReadStream(file), response);
      } finally {
        await rm(file, { force: true });
      }
    },
  };
}
