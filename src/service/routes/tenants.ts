import { tenantOf } from '../auth/tenant.js';
import { contextOf } from '../context.js';
import type { Intake } from '../intake/intake.js';
import type { Settings } from '../settings/schema.js';
import type { Route, Service } from './route.js';

/** The tenants that a client may act for: all, or only its own. */
export function tenantRoutes({ settings }: Service, intake: Intake | undefined): Route[] {
  if (intake === undefined) return [];
  return [
    {
      method: 'get',
      path: '/tenants',
      access: 'operate',
      operation: {
        operationId: 'tenants',
        summary: 'The tenants that this client may act for (header Cairn-Tenant)',
        description:
          'With cairn/tenants: all tenants that have documents or are in the settings; else only the tenant of the client. An empty name ' +
          'stands for documents without a tenant, and so does an empty header.',
        tags: ['Intake'],
        responses: {
          '200': { description: 'Names.', content: { 'application/json': { schema: { type: 'object' } } } },
        },
        errors: [401, 403, 429],
      },
      handle: async (request, response) => {
        const isOfAll = contextOf(request).client?.may('tenants') === true;
        const names = isOfAll
          ? new Set([...(await intake.store.ask('tenants')), ...namedIn(settings)])
          : [tenantOf(request)];
        response.set('Cache-Control', 'no-store').json({ isOfAll, tenants: [...names].sort() });
      },
    },
  ];
}

/** One may be there before its first document is. */
function namedIn({ keys, intake, kafka, tenants, receivers }: Settings): string[] {
  const names: (string | undefined)[] = [
    ...keys.map(({ tenant }) => tenant),
    ...intake.folders.map(({ tenant }) => tenant),
    kafka?.tenant,
    ...tenants.map(({ name }) => name),
    ...receivers.flatMap(({ when }) => when?.tenants ?? []),
  ];
  return names.filter((name): name is string => name !== undefined && name !== '*');
}
