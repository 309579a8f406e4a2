import type { Request, Response } from 'express';
import type { Resource } from 'fhir/r4.js';
import { writeJson } from '../../bundle/write-json.js';
import { writeXml } from '../../bundle/write-xml.js';
import { isGuarded } from '../auth/authenticate.js';
import { capabilityStatement, operations } from './capabilities.js';
import { negotiate } from './negotiation.js';
import type { Operation, Route, Service } from './route.js';
import { media } from './schemas.js';

const TYPES = ['application/fhir+json', 'application/json', 'application/fhir+xml', 'application/xml'];

export function metadataRoutes(service: Service): Route[] {
  const guarded = isGuarded(service.settings);
  return [
    fhirRoute('/metadata', 'metadata', 'CapabilityStatement', 'What this service can do', (request) =>
      capabilityStatement(baseOf(request), guarded, service.settings),
    ),
    fhirRoute('/fhir/metadata', 'metadataUnderFhir', 'CapabilityStatement', 'The same as `/metadata`', (request) =>
      capabilityStatement(`${baseOf(request)}/fhir`, guarded, service.settings),
    ),
    ...operations.flatMap((definition) =>
      ['', '/fhir'].map((base) =>
        fhirRoute(
          `${base}/OperationDefinition/${definition.code}`,
          `definition-${definition.code}${base === '' ? '' : '-under-fhir'}`,
          'OperationDefinition',
          `The definition of $${definition.code}`,
          () => definition,
        ),
      ),
    ),
  ];
}

function fhirRoute(
  path: string,
  operationId: string,
  schema: string,
  summary: string,
  make: (request: Request) => Resource,
): Route {
  const operation: Operation = {
    operationId,
    summary,
    tags: ['Description'],
    responses: {
      '200': {
        description: schema,
        content: Object.fromEntries(
          TYPES.map((type) => [type, type.includes('json') ? media(schema) : { schema: { type: 'string' } }]),
        ),
      },
    },
    errors: [406],
  };
  return {
    method: 'get',
    path,
    access: 'open',
    operation,
    handle: (request, response: Response) => {
      const { format, type } = negotiate(request, TYPES);
      const resource = make(request);
      response.set({ 'Content-Type': type, Vary: 'Accept' });
      response.send(Buffer.from(format === 'xml' ? writeXml(resource) : writeJson(resource)));
    },
  };
}

/**
 * The address by which the client reached the service. It is made from the client's own Host header, but goes only to
 * that client.
 */
function baseOf(request: Request): string {
  const host = request.get('host') ?? '';
  return `${request.protocol}://${/^[\w.:[\]-]{1,255}$/.test(host) ? host : 'localhost'}`;
}
