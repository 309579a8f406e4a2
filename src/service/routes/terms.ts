import type { Route, Service } from './route.js';

/**
 * Which term pack is in service, with the notices of its licences, because many licences require that these are shown
 * with the content.
 */
export function termsRoutes(service: Service): Route[] {
  return [
    {
      method: 'get',
      path: '/terms',
      access: 'open',
      operation: {
        operationId: 'terms',
        summary: 'Which term pack is in service',
        description:
          'The hash of the pack (absent if there is no pack), its sources, and the notices that licences want to be shown with its content. SIGHUP loads the pack again.',
        tags: ['Description'],
        responses: {
          '200': {
            description: 'The pack.',
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  properties: {
                    sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
                    sources: {
                      type: 'array',
                      items: {
                        type: 'object',
                        properties: {
                          title: { type: 'string' },
                          version: { type: 'string' },
                          sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
                        },
                        required: ['title', 'version', 'sha256'],
                      },
                    },
                    notices: { type: 'array', items: { type: 'string' } },
                  },
                  required: ['sources', 'notices'],
                },
              },
            },
          },
        },
      },
      handle: (_request, response) => {
        const { terms = { sources: [], notices: [] } } = service.pool.state();
        response.set('Cache-Control', 'no-store').json(terms);
      },
    },
  ];
}
