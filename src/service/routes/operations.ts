import type { Response } from 'express';
import { setTimeout as delay } from 'node:timers/promises';
import { scopeOf } from '../auth/tenant.js';
import type { Intake } from '../intake/intake.js';
import { storeStatusOf } from '../intake/store-status.js';
import type { Route, Service } from './route.js';

/** How often the store is asked, at most. */
const LOOK_MILLISECONDS = 1000;

/** So that viewers don't keep a large store busy, the page waits ten times as long as the store took to answer. */
const REST = 10;

/** Proxies end a connection on which nothing is sent. */
const ALIVE_MILLISECONDS = 15_000;

/** The stream for the page of operations: the numbers of the store, each time they change (server-sent events). */
export function operationsRoutes(service: Service, intake: Intake | undefined): Route[] {
  if (intake === undefined) return [];
  /** One for each tenant that somebody looks at, and one for all tenants. */
  const feeds = new Map<string | undefined, Feed>();
  const feedOf = (tenant: string | undefined): Feed => {
    let feed = feeds.get(tenant);
    if (feed === undefined) feeds.set(tenant, (feed = createFeed(service, intake, tenant)));
    return feed;
  };
  return [
    {
      method: 'get',
      path: '/operations/events',
      access: 'operate',
      operation: {
        operationId: 'operationsEvents',
        summary: 'The numbers of GET /store, each time that they change, as server-sent events',
        tags: ['Intake'],
        responses: {
          '200': { description: 'Events with JSON.', content: { 'text/event-stream': { schema: { type: 'string' } } } },
        },
        errors: [401, 403, 429],
      },
      handle: (request, response) => {
        response.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
        response.flushHeaders();
        feedOf(scopeOf(request)).add(response);
      },
    },
  ];
}

interface Feed {
  add(response: Response): void;
}

/** All listeners share one look at the store. If nobody listens, nobody looks. */
function createFeed(service: Service, intake: Intake, tenant: string | undefined): Feed {
  const listeners = new Set<Response>();
  let last = '';
  let isRunning = false;

  async function run(): Promise<void> {
    let told = performance.now();
    while (listeners.size > 0) {
      const started = performance.now();
      const text = await storeStatusOf(service.settings, intake, tenant)
        .then((numbers) => JSON.stringify(numbers))
        .catch(() => last);
      const isStill = performance.now() - told < ALIVE_MILLISECONDS;
      if (text !== last || !isStill) {
        for (const response of listeners) response.write(text === last ? ': alive\n\n' : `data: ${text}\n\n`);
        last = text;
        told = performance.now();
      }
      // A service that shuts down waits for every connection, so these are ended.
      if (service.draining) for (const response of listeners) response.end();
      await delay(Math.max(LOOK_MILLISECONDS, REST * (performance.now() - started)), undefined, { ref: false });
    }
    isRunning = false;
  }

  return {
    add(response) {
      listeners.add(response);
      response.on('close', () => listeners.delete(response));
      if (isRunning) {
        if (last !== '') response.write(`data: ${last}\n\n`);
        return;
      }
      last = '';
      isRunning = true;
      void run();
    },
  };
}
