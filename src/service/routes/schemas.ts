/** Media types and schemas that more than one route describes. */
import type { JsonSchema, MediaType, ResponseDescription } from './route.js';

/** FHIR's own schema of a resource has megabytes. All that a client needs here is which resource it is. */
function resource(name: string, properties: JsonSchema = {}, required: readonly string[] = []): JsonSchema {
  return {
    type: 'object',
    description: `FHIR R4 ${name}`,
    properties: { resourceType: { const: name }, ...properties },
    required: ['resourceType', ...required],
  };
}

export const schemas: Readonly<Record<string, JsonSchema>> = {
  Bundle: resource(
    'Bundle',
    {
      type: { enum: ['transaction', 'document', 'collection'] },
      entry: { type: 'array', items: { type: 'object', required: ['fullUrl', 'resource'] } },
    },
    ['type'],
  ),
  Parameters: resource(
    'Parameters',
    {
      parameter: {
        type: 'array',
        items: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
      },
    },
    ['parameter'],
  ),
  ConvertData: {
    ...resource('Parameters'),
    description: 'FHIR R4 Parameters with exactly these four parameters.',
    properties: {
      resourceType: { const: 'Parameters' },
      parameter: {
        type: 'array',
        minItems: 4,
        maxItems: 4,
        prefixItems: ['inputData', 'inputDataType', 'templateCollectionReference', 'rootTemplate'].map((name) => ({
          type: 'object',
          additionalProperties: false,
          properties: { name: { const: name }, valueString: { type: 'string', minLength: 1 } },
          required: ['name', 'valueString'],
        })),
      },
    },
    required: ['resourceType', 'parameter'],
  },
  Task: resource('Task', {}, ['status', 'intent']),
  CapabilityStatement: resource('CapabilityStatement', {}, ['status', 'kind', 'fhirVersion', 'format']),
  OperationDefinition: resource('OperationDefinition', {}, ['status', 'kind', 'code']),
  OperationOutcome: resource(
    'OperationOutcome',
    {
      issue: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          properties: {
            severity: { enum: ['error', 'warning', 'information'] },
            code: { type: 'string' },
            details: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
            diagnostics: { type: 'string' },
            extension: {
              type: 'array',
              description: 'Line and column in the document, if the error has a place there.',
            },
          },
          required: ['severity', 'code', 'details'],
        },
      },
    },
    ['issue'],
  ),
  Readiness: {
    type: 'object',
    properties: {
      ready: { const: true },
      workers: { type: 'integer' },
      mappings: {
        type: 'object',
        description: 'SHA-256 of each mapping set.',
        additionalProperties: { type: 'string' },
      },
    },
    required: ['ready', 'workers', 'mappings'],
  },
};

export function media(name: string): MediaType {
  return { schema: { $ref: `#/components/schemas/${name}` } };
}

const xmlText: MediaType = { schema: { type: 'string', description: 'The same in FHIR XML.' } };

export const bundleContent: NonNullable<ResponseDescription['content']> = {
  'application/fhir+json': { schema: { oneOf: [media('Bundle').schema, media('Parameters').schema] } },
  'application/json': { schema: { oneOf: [media('Bundle').schema, media('Parameters').schema] } },
  'application/fhir+xml': xmlText,
  'application/xml': xmlText,
  'text/xml': xmlText,
  'application/fhir+ndjson': { schema: { type: 'string', description: 'A resource a line, references as Type/id.' } },
  'application/x-ndjson': { schema: { type: 'string' } },
  'application/ndjson': { schema: { type: 'string' } },
};

export const outcomeContent: NonNullable<ResponseDescription['content']> = {
  'application/fhir+json': media('OperationOutcome'),
  'application/fhir+xml': xmlText,
};

export const conversionHeaders: NonNullable<ResponseDescription['headers']> = {
  'Cairn-Issues': {
    description: 'Warnings about the document by kind: `dangling-reference=2, impossible-date=1`, or `none`.',
    schema: { type: 'string' },
  },
  'Cairn-Mapping-Hash': {
    description: 'SHA-256 of the mapping set; the same stands in every Provenance.',
    schema: { type: 'string' },
  },
};
