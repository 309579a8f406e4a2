import { contextOf } from '../context.js';
import { ServiceError } from '../errors/service-error.js';
import { fileOfForm } from '../limits/multipart.js';
import { deliver } from './deliver.js';
import { checkType, negotiate } from './negotiation.js';
import { checkQuery, includeParameter, optionParameters, readInclude, readOptions } from './options.js';
import type { Route, Service } from './route.js';
import { bundleContent, conversionHeaders } from './schemas.js';

const XML = [
  'application/xml',
  'text/xml',
  'application/hl7-cda+xml',
  'application/cda+xml',
  'application/octet-stream',
];
export const FORM = 'multipart/form-data';
/** The types that envelopes are sent as. What a body really is, is seen in the body. */
const ENVELOPES = [
  'application/zip',
  'application/x-zip-compressed',
  'application/gzip',
  'application/edi-x12',
  'application/x12',
  'application/hl7-v2',
  'application/hl7-v2+er7',
  'x-application/hl7-v2+er7',
  'application/fhir+json',
  'application/json',
  'application/fhir+xml',
  'application/fhir+ndjson',
  'application/x-ndjson',
  'application/ndjson',
  'application/soap+xml',
  'multipart/related',
  'multipart/mixed',
  'message/rfc822',
  'text/plain',
];
/** The types of bodies that hold documents. */
export const documentTypes: readonly string[] = [...XML, FORM, ...ENVELOPES];
const PARTED = ['multipart/related', 'multipart/mixed'];

/**
 * The document is the body, and the options are in the query or in headers. `$convert` is the same under the name
 * that FHIR clients look for.
 */
export function convertRoutes(service: Service): Route[] {
  return ['/convert', '/$convert'].map((path) => ({
    method: 'post',
    path,
    access: 'convert',
    operation: {
      operationId: path === '/convert' ? 'convert' : 'convertOperation',
      summary: 'Converts a C-CDA document',
      description:
        path === '/convert'
          ? 'One document in, one Bundle out; Accept chooses JSON, XML or a resource a line. The body may be an envelope: ZIP, ' +
            'XDM, X12 275, HL7 v2, FHIR, MIME, SOAP, gzip. Of several documents the answer is a Bundle of their Bundles, with an ' +
            'OperationOutcome in the place of each part that could not be converted; with NDJSON a line each.'
          : 'The same as `/convert`.',
      tags: ['Conversion'],
      parameters: [...optionParameters, includeParameter],
      requestBody: {
        required: true,
        content: {
          ...Object.fromEntries(
            [...XML, ...ENVELOPES].map((type) => [type, { schema: { type: 'string', minLength: 1 } }]),
          ),
          [FORM]: {
            schema: {
              type: 'object',
              properties: { document: { type: 'string', contentMediaType: 'application/xml' } },
              required: ['document'],
              additionalProperties: false,
            },
          },
        },
      },
      responses: {
        '200': {
          description: 'The Bundle, or Parameters with `include`.',
          headers: conversionHeaders,
          content: bundleContent,
        },
      },
      errors: [400, 401, 403, 406, 408, 413, 415, 422, 429, 500, 503, 504],
    },
    handle: async (request, response) => {
      const { format, type } = negotiate(request, Object.keys(bundleContent));
      const bodyType = checkType(request, documentTypes);
      checkQuery(request);
      const include = readInclude(request);
      if (format === 'ndjson' && include.length > 0) {
        throw new ServiceError(400, 'invalid', 'include needs an answer in JSON or XML: ndjson has no place for it.');
      }
      const { client } = contextOf(request);
      const options = readOptions(request, client, Object.keys(service.pool.state().hashes));
      const unwrap = (body: Buffer): Promise<Buffer> => fileOfForm(request.get('content-type')!, body);
      await deliver(
        service,
        request,
        response,
        {
          kind: 'document',
          options,
          format,
          include,
          ...(PARTED.includes(bodyType) ? { mediaType: request.get('content-type')! } : {}),
        },
        type,
        ...(bodyType === FORM ? [unwrap] : []),
      );
    },
  }));
}
