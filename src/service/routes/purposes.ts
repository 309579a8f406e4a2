import type { Request } from 'express';
import { loadPurposes, type PurposeSet } from '../../purpose/load.js';
import { contextOf } from '../context.js';
import { ServiceError } from '../errors/service-error.js';
import { DEFAULT_SET, type Job, type Question } from '../workers/job.js';
import { documentTypes, FORM } from './convert.js';
import { deliver } from './deliver.js';
import { checkType, negotiate } from './negotiation.js';
import { oneOf, queryOf, refuseOthers } from './query.js';
import type { Operation, Parameter, Route, Service } from './route.js';
import { media } from './schemas.js';

const JSON_TYPES = ['application/fhir+json', 'application/json'];

/**
 * What a question may be asked about: documents in any envelope. Several come as a ZIP, a form or another multipart
 * body.
 */
const BODY: NonNullable<Operation['requestBody']> = {
  required: true,
  content: Object.fromEntries(documentTypes.map((type) => [type, { schema: { type: 'string', minLength: 1 } }])),
};

const RECEIVED: Parameter = {
  name: 'received',
  in: 'query',
  description: 'When the documents arrived, an instant: for what is asked since some day.',
  schema: { type: 'string' },
};

const ERRORS = [400, 401, 403, 404, 406, 408, 413, 415, 422, 429, 500, 503, 504];

/** The purposes: the questions of payers, about the documents in the body. */
export function purposeRoutes(service: Service): Route[] {
  let set: PurposeSet | undefined;
  const purposes = (): PurposeSet => (set ??= loadPurposes(service.settings.purposes));

  const ask = async (request: Request, response: Parameters<Route['handle']>[1], question: Question): Promise<void> => {
    const { type } = negotiate(request, JSON_TYPES);
    const bodyType = checkType(request, documentTypes);
    const sender = contextOf(request).client?.sender;
    const job: Job = {
      kind: 'question',
      question,
      options: { set: DEFAULT_SET, ...(sender === undefined ? {} : { sender }) },
      format: 'json',
      include: question.ask === 'purpose' && question.trace === true ? ['trace'] : [],
      // A form with several files is read as a MIME message.
      ...(bodyType === FORM || bodyType.startsWith('multipart/') ? { mediaType: request.get('content-type')! } : {}),
    };
    await deliver(service, request, response, job, type);
  };

  return [
    {
      method: 'get',
      path: '/purposes',
      access: 'purpose',
      operation: {
        operationId: 'purposes',
        summary: 'The questions that can be asked, and their parameters',
        tags: ['Purposes'],
        responses: {
          '200': {
            description: 'A list.',
            content: { 'application/json': { schema: { type: 'array', items: { type: 'object' } } } },
          },
        },
        errors: [401, 403, 429],
      },
      handle: (_request, response) => {
        response.json(
          [...purposes().purposes.values()].map(({ purpose: { id, title, use, parameters = {} } }) => ({
            id,
            title,
            use,
            parameters,
          })),
        );
      },
    },
    {
      method: 'post',
      path: '/purposes/{id}',
      access: 'purpose',
      operation: {
        operationId: 'askPurpose',
        summary: 'Asks a purpose of documents about one person',
        description:
          'The body is a document, an envelope or form of several, or a FHIR Bundle. Parameters says what was found, each with its ' +
          'Provenance; what was found and not accepted, and why; and what is missing, and why. Query names besides those here are ' +
          "the purpose's own parameters (`from=2024-01-01`).",
        tags: ['Purposes'],
        parameters: [
          { name: 'id', in: 'path', required: true, description: 'Id of the purpose.', schema: { type: 'string' } },
          {
            name: 'answer',
            in: 'query',
            description: '`parameters` (default), or `bundle`: only the facts.',
            schema: { type: 'string', enum: ['parameters', 'bundle'] },
          },
          {
            name: 'missing',
            in: 'query',
            description: '`guidance` (default): a GuidanceResponse each; `outcome`: one OperationOutcome.',
            schema: { type: 'string', enum: ['guidance', 'outcome'] },
          },
          {
            name: 'people',
            in: 'query',
            description: '`many`: an answer for each person; else documents about two are an error.',
            schema: { type: 'string', enum: ['many'] },
          },
          {
            name: 'trace',
            in: 'query',
            description: '`true`: the place of each value in its document, with line and column.',
            schema: { type: 'string', enum: ['true', 'false'] },
          },
          RECEIVED,
        ],
        requestBody: BODY,
        responses: {
          '200': {
            description: 'Parameters, or a Bundle.',
            content: {
              'application/fhir+json': { schema: { type: 'object' } },
              'application/json': { schema: { type: 'object' } },
            },
          },
        },
        errors: ERRORS,
      },
      handle: async (request, response) => {
        const {
          answer = 'parameters',
          missing = 'guidance',
          people,
          received,
          trace = 'false',
          ...parameters
        } = queryOf(request);
        const id = String(request.params.id);
        if (!purposes().purposes.has(id)) {
          const known = [...purposes().purposes.keys()].join(', ');
          throw new ServiceError(404, 'not-found', `There is no such purpose; there are ${known}.`);
        }
        await ask(request, response, {
          ask: 'purpose',
          id,
          parameters,
          answer: oneOf('answer', answer, ['parameters', 'bundle']),
          missing: oneOf('missing', missing, ['guidance', 'outcome']),
          ...(oneOf('trace', trace, ['true', 'false']) === 'true' ? { trace: true } : {}),
          ...(people === undefined ? {} : { people: oneOf('people', people, ['many']) }),
          ...(received === undefined ? {} : { received }),
        });
      },
    },
    {
      method: 'post',
      path: '/record',
      access: 'purpose',
      operation: {
        operationId: 'record',
        summary: 'Joins documents into one record for each person',
        description:
          'A Bundle for each person: every fact once with all of its Provenances, links between Patients, conflicts, and what only replaced ' +
          'documents said. For several people, the answer is a Bundle of Bundles.',
        tags: ['Purposes'],
        parameters: [RECEIVED],
        requestBody: BODY,
        responses: {
          '200': {
            description: 'A Bundle.',
            content: {
              'application/fhir+json': { schema: { type: 'object' } },
              'application/json': { schema: { type: 'object' } },
            },
          },
        },
        errors: ERRORS,
      },
      handle: async (request, response) => {
        refuseOthers(request, ['received']);
        const { received } = queryOf(request);
        await ask(request, response, { ask: 'record', ...(received === undefined ? {} : { received }) });
      },
    },
    {
      method: 'post',
      path: '/record/changes',
      access: 'purpose',
      operation: {
        operationId: 'recordChanges',
        summary: 'What the documents since an instant say that those before did not',
        tags: ['Purposes'],
        parameters: [
          {
            name: 'since',
            in: 'query',
            required: true,
            description: 'Documents written until then are those before.',
            schema: { type: 'string', minLength: 1 },
          },
          {
            name: 'table',
            in: 'query',
            description: 'Tables of categories, with commas between; CMS-HCC-V28 where absent.',
            schema: { type: 'string' },
          },
          RECEIVED,
        ],
        requestBody: BODY,
        responses: {
          '200': {
            description: 'Parameters.',
            content: { 'application/fhir+json': media('Parameters'), 'application/json': media('Parameters') },
          },
        },
        errors: ERRORS,
      },
      handle: async (request, response) => {
        refuseOthers(request, ['since', 'table', 'received']);
        const { since, table = 'CMS-HCC-V28', received } = queryOf(request);
        if (since === undefined) throw new ServiceError(400, 'required', 'since is needed: an instant or a day.');
        const tables = table.split(',').filter((name) => name !== '');
        await ask(request, response, {
          ask: 'changes',
          since,
          tables,
          ...(received === undefined ? {} : { received }),
        });
      },
    },
  ];
}
