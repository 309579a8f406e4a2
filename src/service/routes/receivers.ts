import type { Request } from 'express';
import type { OperationOutcome } from 'fhir/r4.js';
import type { Deliverer } from '../../delivery/deliverer.js';
import { contextOf } from '../context.js';
import { ServiceError } from '../errors/service-error.js';
import type { Intake } from '../intake/intake.js';
import { queryValue } from './query.js';
import { scopeOf, tenantOf } from '../auth/tenant.js';
import { isOfTenant } from '../delivery/meant-for.js';
import { receiverFor } from '../intake/store-status.js';
import type { Parameter, Route, Service } from './route.js';

const nameParameter: Parameter = {
  name: 'name',
  in: 'path',
  required: true,
  description: 'The name of the receiver in the settings.',
  schema: { type: 'string' },
};

const json = { 'application/json': { schema: {} } };

/** How many dead letters are listed at once. */
const PAGE = 100;

/** The routes of receivers: their state, their dead letters, and what an operator can do with them. */
export function receiverRoutes({ settings }: Service, intake: Intake | undefined): Route[] {
  if (intake === undefined) return [];
  const { store, deliverers } = intake;
  const tenantsOf = (name: string): readonly string[] | undefined =>
    settings.receivers.find((one) => one.name === name)?.when?.tenants;
  /** The receivers that get documents of the tenant; for all tenants, all receivers. */
  const seenBy = (request: Request): readonly Deliverer[] => {
    const tenant = scopeOf(request);
    return deliverers.filter(({ receiver }) => tenant === undefined || isOfTenant(tenantsOf(receiver.name), tenant));
  };
  /** @throws ServiceError 403 if documents of other tenants go to the receiver too */
  const checkAlone = (request: Request, { receiver }: Deliverer): void => {
    const own = tenantsOf(receiver.name);
    const isAlone = own === undefined || (own.length === 1 && own[0] === tenantOf(request));
    if (isAlone || contextOf(request).client?.may('tenants') === true) return;
    throw new ServiceError(403, 'forbidden', 'Documents of other tenants go to this receiver, too.');
  };
  const find = (request: Request): Deliverer => {
    const found = seenBy(request).find(({ receiver }) => receiver.name === request.params.name);
    if (found === undefined) throw new ServiceError(404, 'not-found', 'There is no such receiver.');
    return found;
  };
  const stateOf = async (request: Request, { receiver }: Deliverer): Promise<object> => {
    const { since, oldest, ...rest } = await receiverFor(store, receiver.name, scopeOf(request));
    return {
      ...rest,
      since: since === 0 ? null : new Date(since).toISOString(),
      oldest: oldest === null ? null : new Date(oldest).toISOString(),
    };
  };
  const act = (
    action: string,
    summary: string,
    perform: (deliverer: Deliverer, request: Request) => Promise<void>,
  ): Route => ({
    method: 'post',
    path: `/receivers/{name}/$${action}`,
    access: 'operate',
    operation: {
      operationId: `${action}Receiver`,
      summary,
      tags: ['Delivery'],
      parameters: [nameParameter],
      responses: { '200': { description: 'Its state.', content: json } },
      errors: [401, 403, 404, 429],
    },
    handle: async (request, response) => {
      const deliverer = find(request);
      checkAlone(request, deliverer);
      await perform(deliverer, request);
      response.json(await stateOf(request, deliverer));
    },
  });
  return [
    {
      method: 'get',
      path: '/receivers',
      access: 'operate',
      operation: {
        operationId: 'receivers',
        summary: 'The receivers: state, backlog, the oldest that waits, dead letters',
        tags: ['Delivery'],
        responses: { '200': { description: 'A list.', content: json } },
        errors: [401, 403, 429],
      },
      handle: async (request, response) => {
        const states = await Promise.all(seenBy(request).map((deliverer) => stateOf(request, deliverer)));
        response.set('Cache-Control', 'no-store').json(states);
      },
    },
    act('pause', 'Sends it nothing until it is resumed', (deliverer, request) =>
      deliverer.pause(`by ${contextOf(request).client?.name ?? 'somebody'}`),
    ),
    act('resume', 'Goes on with it', (deliverer) => deliverer.resume()),
    {
      method: 'get',
      path: '/receivers/{name}/$dead',
      access: 'operate',
      operation: {
        operationId: 'deadLetters',
        summary: 'What the receiver did not take, with what it said, the newest first',
        tags: ['Delivery'],
        parameters: [
          nameParameter,
          { name: '_page', in: 'query', description: 'The `next` of the page before.', schema: { type: 'integer' } },
        ],
        responses: { '200': { description: 'A page.', content: json } },
        errors: [400, 401, 403, 404, 429],
      },
      handle: async (request, response) => {
        const { receiver } = find(request);
        const text = queryValue(request, '_page') ?? String(Number.MAX_SAFE_INTEGER);
        if (!/^\d{1,16}$/.test(text)) throw new ServiceError(400, 'value', '_page must be what `next` gave.');
        const letters = await store.of(tenantOf(request)).ask('deadLetters', receiver.name, PAGE, Number(text));
        response.set('Cache-Control', 'no-store').json({
          letters: letters.map(({ document, attempts, status, outcome, lastAt }) => ({
            document,
            attempts,
            status,
            at: new Date(lastAt).toISOString(),
            outcome: outcome === null ? null : (JSON.parse(outcome) as OperationOutcome),
          })),
          ...(letters.length < PAGE ? {} : { next: letters.at(-1)!.lastAt }),
        });
      },
    },
    {
      method: 'post',
      path: '/receivers/{name}/$redeliver',
      access: 'operate',
      operation: {
        operationId: 'redeliver',
        summary: 'Sends dead letters again: all, or that of one document',
        tags: ['Delivery'],
        parameters: [
          nameParameter,
          { name: 'document', in: 'query', description: 'Only this one.', schema: { type: 'string', format: 'uuid' } },
        ],
        responses: { '200': { description: 'How many.', content: json } },
        errors: [400, 401, 403, 404, 429],
      },
      handle: async (request, response) => {
        const deliverer = find(request);
        const count = await store
          .of(tenantOf(request))
          .ask('redeliver', deliverer.receiver.name, queryValue(request, 'document'), Date.now());
        deliverer.wake();
        response.json({ documents: count });
      },
    },
  ];
}
