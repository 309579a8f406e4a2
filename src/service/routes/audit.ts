import type { Request } from 'express';
import { auditActions } from '../../store/operations/audit.js';
import { ServiceError } from '../errors/service-error.js';
import { tenantOf } from '../auth/tenant.js';
import { auditEventOf } from '../intake/audit-event.js';
import type { Intake } from '../intake/intake.js';
import { FHIR_JSON } from './document-bodies.js';
import { oneOf, queryValue, refuseOthers } from './query.js';
import type { Route } from './route.js';

const MOST = 500;

/** Who did what with which document. */
export function auditRoutes(intake: Intake | undefined): Route[] {
  if (intake === undefined) return [];
  return [
    {
      method: 'get',
      path: '/AuditEvent',
      access: 'audit',
      operation: {
        operationId: 'auditEvents',
        summary: 'Who took in, read, delivered, exported, replayed, released or purged what, the newest first',
        tags: ['Intake'],
        parameters: [
          {
            name: 'subtype',
            in: 'query',
            description: 'Only what is of this kind.',
            schema: { type: 'string', enum: [...auditActions] },
          },
          {
            name: 'entity',
            in: 'query',
            description: '`Task/{id}`: only of this document.',
            schema: { type: 'string' },
          },
          { name: '_count', in: 'query', description: 'At most so many.', schema: { type: 'integer', maximum: MOST } },
          { name: '_page', in: 'query', description: 'As the link `next` has it.', schema: { type: 'integer' } },
        ],
        responses: {
          '200': { description: 'A searchset.', content: { 'application/fhir+json': { schema: { type: 'object' } } } },
        },
        errors: [400, 401, 403, 429],
      },
      handle: async (request, response) => {
        refuseOthers(request, ['subtype', 'entity', '_count', '_page']);
        const kind = queryValue(request, 'subtype');
        const action = kind === undefined ? undefined : oneOf('subtype', kind, auditActions);
        const count = Math.min(numberIn(request, '_count') ?? 100, MOST);
        const audits = await intake.store.of(tenantOf(request)).ask('auditsOf', {
          action,
          document: queryValue(request, 'entity')?.replace(/^Task\//, ''),
          before: numberIn(request, '_page'),
          count,
        });
        const last = audits.at(-1);
        const next = new URLSearchParams(request.query as Record<string, string>);
        if (last !== undefined) next.set('_page', String(last.seq));
        const bundle = {
          resourceType: 'Bundle',
          type: 'searchset',
          ...(audits.length < count ? {} : { link: [{ relation: 'next', url: `/AuditEvent?${next.toString()}` }] }),
          entry: audits.map((audit) => ({ resource: auditEventOf(audit), search: { mode: 'match' } })),
        };
        response.set({ 'Cache-Control': 'no-store', 'Content-Type': FHIR_JSON }).end(JSON.stringify(bundle));
      },
    },
  ];
}

function numberIn(request: Request, name: string): number | undefined {
  const text = queryValue(request, name);
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new ServiceError(400, 'value', `${name} must be a whole number above 0.`);
  return Number(text);
}
