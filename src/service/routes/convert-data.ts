import { contextOf } from '../context.js';
import { DEFAULT_SET } from '../workers/job.js';
import { deliver } from './deliver.js';
import { checkType, negotiate } from './negotiation.js';
import type { Route, Service } from './route.js';
import { conversionHeaders, media } from './schemas.js';

const JSON_TYPES = ['application/json', 'application/fhir+json'];
const ANSWERS = ['application/fhir+json', 'application/json', 'text/plain', 'application/fhir+xml', 'application/xml'];

/** Azure's `$convert-data`, so that a pipeline written for it works by changing the address. */
export function convertDataRoutes(service: Service): Route[] {
  return ['/$convert-data', '/fhir/$convert-data'].map((path) => ({
    method: 'post',
    path,
    access: 'convert',
    operation: {
      operationId: path === '/$convert-data' ? 'convertData' : 'convertDataUnderFhir',
      summary: 'Converts as the $convert-data operation of Azure does',
      description:
        path === '/$convert-data'
          ? 'Parameters with `inputData`, `inputDataType` (`Ccda`), `templateCollectionReference` ' +
            '(`microsofthealth/ccdatemplates:default`, or the name of a mapping set) and `rootTemplate`; a plain Bundle is ' +
            'the answer. A `rootTemplate` that does not fit the document is a warning in Cairn-Issues.'
          : 'The same as `/$convert-data`.',
      tags: ['Conversion'],
      requestBody: {
        required: true,
        content: Object.fromEntries(JSON_TYPES.map((type) => [type, media('ConvertData')])),
      },
      responses: {
        '200': {
          description: 'The Bundle.',
          headers: conversionHeaders,
          content: Object.fromEntries(
            ANSWERS.map((type) => [type, type.includes('json') ? media('Bundle') : { schema: { type: 'string' } }]),
          ),
        },
      },
      errors: [400, 401, 403, 406, 408, 413, 415, 422, 429, 500, 503, 504],
    },
    handle: async (request, response) => {
      const { format, type } = negotiate(request, ANSWERS);
      checkType(request, JSON_TYPES);
      const sender = contextOf(request).client?.sender;
      const options = { set: DEFAULT_SET, ...(sender === undefined ? {} : { sender }) };
      await deliver(service, request, response, { kind: 'convert-data', options, format, include: [] }, type);
    },
  }));
}
