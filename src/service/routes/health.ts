import { ServiceError } from '../errors/service-error.js';
import type { Route, Service } from './route.js';
import { media } from './schemas.js';

/** For those who watch the service: whether it runs, whether it can work, and what it has done. */
export function healthRoutes(service: Service): Route[] {
  return [
    {
      method: 'get',
      path: '/livez',
      access: 'open',
      operation: {
        operationId: 'livez',
        summary: 'Whether the process runs',
        tags: ['Operations'],
        responses: {
          '200': {
            description: 'It runs.',
            content: {
              'application/json': {
                schema: { type: 'object', properties: { live: { const: true } }, required: ['live'] },
              },
            },
          },
        },
      },
      handle: (_request, response) => {
        response.set('Cache-Control', 'no-store').json({ live: true });
      },
    },
    {
      method: 'get',
      path: '/readyz',
      access: 'open',
      operation: {
        operationId: 'readyz',
        summary: 'Whether documents can be sent',
        description:
          'Mappings are compiled, workers are alive, the store (where there is one) answers, and the service is not being shut down.',
        tags: ['Operations'],
        responses: { '200': { description: 'It is ready.', content: { 'application/json': media('Readiness') } } },
        errors: [503],
      },
      handle: (_request, response) => {
        const { alive, hashes } = service.pool.state();
        if (service.draining) throw unready('The service is being shut down.');
        if (alive === 0) throw unready('No worker is alive.');
        if (service.intake?.pressure.isWritable === false) throw unready('The store cannot be written.');
        response.set('Cache-Control', 'no-store').json({ ready: true, workers: alive, mappings: hashes });
      },
    },
    {
      method: 'get',
      path: '/metrics',
      access: 'metrics',
      operation: {
        operationId: 'metrics',
        summary: 'Counts and durations for Prometheus',
        tags: ['Operations'],
        responses: {
          '200': { description: 'Text exposition format.', content: { 'text/plain': { schema: { type: 'string' } } } },
        },
        errors: [401, 403, 429, 503],
      },
      handle: async (_request, response) => {
        const text = await service.metrics.registry.metrics();
        response.set({ 'Content-Type': service.metrics.registry.contentType, 'Cache-Control': 'no-store' }).send(text);
      },
    },
  ];
}

function unready(text: string): ServiceError {
  return new ServiceError(503, 'transient', text, { headers: { 'Retry-After': '5' } });
}
