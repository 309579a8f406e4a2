/**
 * What is stored of a document, and what can be computed from it. Each reading of its content is in the audit before the
 * bytes are sent.
 */
import type { Request, Response } from 'express';
import type { Bundle } from 'fhir/r4.js';
import type { StoredDocument } from '../../store/records.js';
import type { TenantStore } from '../../store/store.js';
import { tenantOf } from '../auth/tenant.js';
import { contextOf } from '../context.js';
import { ServiceError } from '../errors/service-error.js';
import type { Intake } from '../intake/intake.js';
import { accountOf } from './account.js';
import { documentTypes } from './convert.js';
import { idParameter, type Parameter, type Route, type Service } from './route.js';

export const FHIR_JSON = 'application/fhir+json; charset=utf-8';

const numberParameter: Parameter = {
  name: 'number',
  in: 'path',
  required: true,
  description: 'From 0, in the order of the Bundle.',
  schema: { type: 'integer', minimum: 0 },
};

/** The errors of a conversion, because `$ledger` and `$trace` convert. */
const convertErrors = [400, 408, 413, 422, 500, 503, 504];

type Find = (request: Request) => Promise<StoredDocument>;

export function documentBodyRoutes(service: Service, intake: Intake, find: Find): Route[] {
  const storeOf = (request: Request): TenantStore => intake.store.of(tenantOf(request));
  const auditRead = (request: Request, document: string, detail: string): Promise<void> =>
    storeOf(request).ask(
      'audit',
      { action: 'read', agent: contextOf(request).client?.name ?? '', document, detail },
      Date.now(),
    );
  const bundleOf = async (request: Request, document: StoredDocument): Promise<Uint8Array> => {
    const bytes = await storeOf(request).ask('bodyOf', document.id, 'bundle');
    if (bytes !== undefined) return bytes;
    const why = document.isEnvelope
      ? 'it is an envelope; its $status names its documents'
      : `the document is ${document.state}`;
    throw new ServiceError(404, 'not-found', `There is no Bundle: ${why}.`);
  };
  const accountRoute = (part: 'ledger' | 'trace', summary: string): Route =>
    bodyRoute(part, summary, ['application/fhir+json'], async (request, response) => {
      const document = await find(request);
      const account = await accountOf(service, storeOf(request), document, part);
      await auditRead(request, document.id, part);
      response.set({ 'Cache-Control': 'no-store', 'Content-Type': FHIR_JSON }).end(JSON.stringify(account));
    });
  return [
    bodyRoute('source', 'The bytes as they were received', documentTypes, async (request, response) => {
      const document = await find(request);
      const bytes = await storeOf(request).ask('bodyOf', document.id, 'source');
      if (bytes === undefined) throw new ServiceError(410, 'not-found', 'The bytes are no longer kept.');
      await auditRead(request, document.id, 'source');
      response.set('Cache-Control', 'no-store').type(document.mediaType).send(Buffer.from(bytes));
    }),
    bodyRoute('bundle', 'The Bundle that it became', ['application/fhir+json'], async (request, response) => {
      const document = await find(request);
      const bytes = await bundleOf(request, document);
      await auditRead(request, document.id, 'bundle');
      response.set({ 'Cache-Control': 'no-store', 'Content-Type': FHIR_JSON }).end(bytes);
    }),
    accountRoute('ledger', 'What became of each of its facts, by the mappings in service'),
    accountRoute('trace', 'Where each value of its Bundle came from, by the mappings in service'),
    bodyRoute(
      'attachment/{number}',
      'What it carries or refers to (a PDF, a picture), as it is',
      ['application/octet-stream'],
      async (request, response) => {
        const document = await find(request);
        const bundle = JSON.parse(Buffer.from(await bundleOf(request, document)).toString('utf8')) as Bundle;
        const attachments = [...attachmentsIn(bundle)];
        const number = String(request.params.number);
        const attachment = /^\d{1,6}$/.test(number) ? attachments[Number(number)] : undefined;
        if (attachment === undefined)
          throw new ServiceError(
            404,
            'not-found',
            `There is no such attachment: the document has ${attachments.length}.`,
          );
        await auditRead(request, document.id, `attachment ${number}`);
        // The attachment is downloaded, not shown, so that it can't act as a page of this service. Its own media type
        // is in a header.
        response
          .set({
            'Cache-Control': 'no-store',
            'Content-Type': 'application/octet-stream',
            'Content-Disposition': 'attachment',
            'Cairn-Attachment-Type': attachment.contentType.replace(/[^\w/+.;= -]/g, ''),
          })
          .send(Buffer.from(attachment.data, 'base64'));
      },
      [numberParameter],
    ),
    bodyRoute('events', 'All that happened to it', ['application/json'], async (request, response) => {
      const document = await find(request);
      response.json(
        (await storeOf(request).ask('eventsOf', document.id)).map(({ at, ...event }) => ({
          ...event,
          at: new Date(at).toISOString(),
        })),
      );
    }),
  ];
}

/** The attachments and Binaries of a Bundle, in its order: every object with a content type and data. */
function* attachmentsIn(value: unknown): Generator<{ readonly contentType: string; readonly data: string }> {
  if (typeof value !== 'object' || value === null) return;
  const { contentType, data } = value as { readonly contentType?: unknown; readonly data?: unknown };
  if (typeof contentType === 'string' && typeof data === 'string') yield { contentType, data };
  for (const child of Object.values(value)) yield* attachmentsIn(child);
}

function bodyRoute(
  what: string,
  summary: string,
  types: readonly string[],
  handle: (request: Request, response: Response) => Promise<void>,
  parameters: readonly Parameter[] = [],
): Route {
  const name = what.split('/')[0]!;
  const errors = name === 'ledger' || name === 'trace' ? convertErrors : [];
  return {
    method: 'get',
    path: `/documents/{id}/$${what}`,
    access: what === 'events' ? 'status' : 'read',
    operation: {
      operationId: `document${name[0]!.toUpperCase()}${name.slice(1)}`,
      summary,
      tags: ['Intake'],
      parameters: [idParameter, ...parameters],
      responses: {
        '200': { description: summary, content: Object.fromEntries(types.map((type) => [type, { schema: {} }])) },
      },
      errors: [...new Set([...errors, 401, 403, 404, 410, 429])].sort((one, other) => one - other),
    },
    handle,
  };
}
