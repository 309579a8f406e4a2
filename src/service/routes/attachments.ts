/** CDex's `$submit-attachment`, and the answer to a payer's data request. */
import type { Request, Response } from 'express';
import { contextOf } from '../context.js';
import { ServiceError } from '../errors/service-error.js';
import { DEFAULT_SET, type Job, type Question } from '../workers/job.js';
import { deliver } from './deliver.js';
import { checkType, negotiate } from './negotiation.js';
import { queryOf, refuseOthers } from './query.js';
import type { Operation, Route, Service } from './route.js';
import { media } from './schemas.js';

const TYPES = ['application/fhir+json', 'application/json', 'application/fhir+xml', 'application/xml', 'text/xml'];
const ERRORS = [400, 401, 403, 406, 408, 413, 415, 422, 429, 500, 503, 504];

const text = { schema: { type: 'string' } };
const content = (...names: readonly string[]): NonNullable<Operation['requestBody']>['content'] => {
  const [first = '', ...others] = names;
  const json = others.length === 0 ? media(first) : { schema: { oneOf: names.map((name) => media(name).schema) } };
  return Object.fromEntries(TYPES.map((type) => [type, type.includes('json') ? json : text]));
};

export function attachmentRoutes(service: Service): Route[] {
  const { settings } = service;
  const { signature, certificates, tasks } = settings.attachments;

  const ask = async (request: Request, response: Response, question: Question): Promise<void> => {
    const { format, type } = negotiate(request, TYPES);
    checkType(request, TYPES);
    const sender = contextOf(request).client?.sender;
    const job: Job = {
      kind: 'question',
      question,
      options: { set: DEFAULT_SET, ...(sender === undefined ? {} : { sender }) },
      format,
      include: [],
    };
    try {
      await deliver(service, request, response, job, type);
    } catch (error) {
      throw withAdvice(error, settings.limits.bodyMegabytes);
    }
  };

  return [
    ...['/$submit-attachment', '/Claim/$submit-attachment'].map((path): Route => ({
      method: 'post',
      path,
      access: 'submit',
      operation: {
        operationId: path.startsWith('/Claim') ? 'submitAttachmentOfClaim' : 'submitAttachment',
        summary: 'Takes attachments of a claim or authorization (CDex 2.1)',
        description: path.startsWith('/Claim')
          ? 'The same as `/$submit-attachment`.'
          : 'Parameters: TrackingId, AttachTo, PayerId, OrganizationId, ProviderId, MemberId, ServiceDate, Attachment (LineItem, ' +
            'Code, Content) and Final. C-CDA documents are converted, FHIR is taken as it is, anything else is kept ' +
            '(`not-converted`). Data must stand in the body: no address is fetched. The answer says that the attachments are held: ' +
            `no claim is known here. Signatures: ${signature}. The largest body is ${settings.limits.bodyMegabytes} MB.`,
        tags: ['Attachments'],
        parameters: [
          {
            name: 'include',
            in: 'query',
            description:
              '`bundle`: Parameters with `outcome`, `task` and `bundle` (a transaction) instead of only the outcome.',
            schema: { type: 'string', enum: ['bundle'] },
          },
        ],
        requestBody: { required: true, content: content('Parameters') },
        responses: {
          '200': {
            description: 'OperationOutcome; with `include`, Parameters.',
            content: content('OperationOutcome', 'Parameters'),
          },
        },
        errors: ERRORS,
      },
      handle: async (request, response) => {
        refuseOthers(request, ['include']);
        const { include } = queryOf(request);
        if (include !== undefined && include !== 'bundle')
          throw new ServiceError(400, 'value', 'include is bundle, or left out.');
        await ask(request, response, {
          ask: 'attach',
          signature,
          answer: include === undefined ? 'outcome' : 'parameters',
          ...(certificates === undefined ? {} : { certificates }),
        });
      },
    })),
    {
      method: 'post',
      path: '/Task/$answer',
      access: 'purpose',
      operation: {
        operationId: 'answerTask',
        summary: "Answers a payer's data request from documents (CDex 2.1 Task)",
        description:
          'Parameters with `task` (the Task) and `document` (DocumentReference, Binary or Bundle, once or more, about one ' +
          'person). The Task comes back completed, with a searchset (`data-query`) or the documents (`data-code`) contained; ' +
          'or rejected or failed, with the reason. Where a purpose is set for its work queue or purpose of use, only what that accepts is released. Nothing is stored.',
        tags: ['Attachments'],
        requestBody: { required: true, content: content('Parameters') },
        responses: { '200': { description: 'The Task.', content: content('Task') } },
        errors: ERRORS,
      },
      handle: async (request, response) => {
        refuseOthers(request, []);
        await ask(request, response, { ask: 'task', tasks });
      },
    },
  ];
}

/** Adds what to do with a body that is too large (CDex CONF-024). */
function withAdvice(error: unknown, megabytes: number): unknown {
  if (!(error instanceof ServiceError) || error.status !== 413) return error;
  return new ServiceError(
    413,
    error.code,
    `${error.message} Send the attachments one by one, each at most ${megabytes} MB in all, with the same TrackingId and with Final false in all but the last.`,
    error.details,
  );
}
