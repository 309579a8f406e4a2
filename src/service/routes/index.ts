import { openApi } from './openapi.js';
import { attachmentRoutes } from './attachments.js';
import { auditRoutes } from './audit.js';
import { convertRoutes } from './convert.js';
import { convertDataRoutes } from './convert-data.js';
import { documentRoutes } from './documents.js';
import { docsPage } from './docs-page.js';
import { exportRoutes } from './exports.js';
import { healthRoutes } from './health.js';
import { importRoutes } from './imports.js';
import { legalHoldRoutes } from './legal-holds.js';
import { metadataRoutes } from './metadata.js';
import { operationsRoutes } from './operations.js';
import { pageRoutes } from './page.js';
import { purposeRoutes } from './purposes.js';
import { purgeRoutes } from './purges.js';
import { receiverRoutes } from './receivers.js';
import { replayRoutes } from './replays.js';
import { storeRoutes } from './store.js';
import { tenantRoutes } from './tenants.js';
import { termsRoutes } from './terms.js';
import type { JsonSchema, Route, Service } from './route.js';

/** Every route of the service; the description of them all is the last. */
export function createRoutes(service: Service, guarded: boolean): readonly Route[] {
  const routes: Route[] = [
    ...convertRoutes(service),
    ...convertDataRoutes(service),
    ...documentRoutes(service, service.intake),
    ...importRoutes(service, service.intake),
    ...exportRoutes(service, service.intake),
    ...replayRoutes(service, service.intake),
    ...purgeRoutes(service, service.intake),
    ...legalHoldRoutes(service, service.intake),
    ...auditRoutes(service.intake),
    ...receiverRoutes(service, service.intake),
    ...storeRoutes(service, service.intake),
    ...tenantRoutes(service, service.intake),
    ...purposeRoutes(service),
    ...attachmentRoutes(service),
    ...termsRoutes(service),
    ...metadataRoutes(service),
    ...healthRoutes(service),
    ...operationsRoutes(service, service.intake),
    ...pageRoutes(service.intake !== undefined),
  ];
  let description: JsonSchema | undefined;
  let page: string | undefined;
  const describe = (): JsonSchema => (description ??= openApi(routes, guarded));
  routes.push(
    {
      method: 'get',
      path: '/openapi.json',
      access: 'open',
      operation: {
        operationId: 'openapi',
        summary: 'This description as OpenAPI 3.1',
        tags: ['Description'],
        responses: {
          '200': { description: 'OpenAPI 3.1', content: { 'application/json': { schema: { type: 'object' } } } },
        },
      },
      handle: (_request, response) => {
        response.json(describe());
      },
    },
    {
      method: 'get',
      path: '/docs',
      access: 'open',
      operation: {
        operationId: 'docs',
        summary: 'This description as a page',
        tags: ['Pages'],
        responses: { '200': { description: 'HTML', content: { 'text/html': { schema: { type: 'string' } } } } },
      },
      handle: (_request, response) => {
        response.type('html').send((page ??= docsPage(describe())));
      },
    },
  );
  return routes;
}
