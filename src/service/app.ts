/** The way of a request through the service, from top to bottom. */
import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { authenticate, isGuarded } from './auth/authenticate.js';
import { usesTenants, type Right } from './auth/rights.js';
import { signingKeysOf } from './auth/tokens.js';
import { contextOf } from './context.js';
import { answerError } from './errors/answer-error.js';
import { ServiceError } from './errors/service-error.js';
import { limitRate } from './limits/rate.js';
import { observe } from './metrics/observe.js';
import { allowOrigins } from './origins.js';
import { createRoutes } from './routes/index.js';
import type { Route, Service } from './routes/route.js';
import { protectiveHeaders } from './protective-headers.js';

export function createApp(service: Service): { app: Express; routes: readonly Route[] } {
  const { settings } = service;
  const routes = createRoutes(service, isGuarded(settings));
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', 'simple').set('trust proxy', settings.trustProxy);
  app.use(observe(service.metrics, service.log));
  app.use(protectiveHeaders(settings.tls !== undefined));
  app.use(allowOrigins(settings.cors.origins));
  app.use(refuseUnreadable);
  app.use(writeDollarPlainly);

  const keys = settings.jwt === undefined ? undefined : signingKeysOf(settings.jwt);
  const guard = (...needed: readonly Right[]): RequestHandler =>
    authenticate(settings, keys, needed, auditRefusal(service));
  const limited = (...needed: readonly Right[]): readonly RequestHandler[] => [
    refuseWhileDraining(service),
    guard(...needed),
    limitRate(settings),
  ];
  const guards: Readonly<Record<Route['access'], readonly RequestHandler[]>> = {
    open: [],
    convert: limited('convert'),
    status: limited('convert', 'read'),
    submit: limited('submit'),
    purpose: limited('purpose'),
    read: limited('read'),
    operate: limited('operate'),
    audit: limited('audit'),
    purge: limited('purge'),
    // The metrics count the requests of all tenants, so one tenant alone may not read them.
    metrics: settings.metricsOpen ? [] : [guard(usesTenants(settings) ? 'tenants' : 'convert')],
  };
  for (const route of routes) {
    app[route.method](expressPath(route.path), noteRoute(route.path), ...guards[route.access], route.handle);
  }
  for (const path of new Set(routes.map((route) => route.path)))
    app.all(expressPath(path), noteRoute(path), otherMethod(routes, path));
  app.use(() => {
    throw new ServiceError(404, 'not-found', 'There is nothing at this address; see /docs for what there is.');
  });
  // express knows an error handler by its four parameters.
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    answerError(error, request, response);
  });
  return { app, routes };
}

/**
 * Refuses two kinds of requests that Node would let through: one without Host, which is malformed (RFC 9112 3.2), and
 * one in a transfer coding other than `chunked`, which can't be read here (6.1).
 */
function refuseUnreadable(request: Request, _response: Response, next: NextFunction): void {
  const { host, 'transfer-encoding': coding } = request.headers;
  if (host === undefined && request.httpVersion === '1.1') {
    throw new ServiceError(400, 'invalid', 'A request of HTTP/1.1 must have a Host header.', { headers: CLOSE });
  }
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked') {
    throw new ServiceError(501, 'not-supported', 'Transfer-Encoding may only be chunked.', { headers: CLOSE });
  }
  next();
}

const CLOSE = { Connection: 'close' };

/** `/%24convert` is `/$convert` (RFC 3986 2.4). Some clients escape every character that is not a letter. */
function writeDollarPlainly(request: Request, _response: Response, next: NextFunction): void {
  const [path = '', ...query] = request.url.split('?');
  if (path.includes('%24')) request.url = [path.replaceAll('%24', '$'), ...query].join('?');
  next();
}

/** Writes a refused login into the audit log, if there is a store. */
function auditRefusal({ intake }: Service): (address: string) => void {
  return (agent) => {
    intake?.store
      .of('')
      .ask('audit', { action: 'login', agent, isRefused: true }, Date.now())
      .catch(() => undefined);
  };
}

/** Express writes `/documents/:id` for `/documents/{id}`. */
function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

function noteRoute(path: string): RequestHandler {
  return (request, _response, next) => {
    contextOf(request).route = path;
    next();
  };
}

function refuseWhileDraining(service: Service): RequestHandler {
  return (_request, _response, next) => {
    if (!service.draining) {
      next();
      return;
    }
    throw new ServiceError(503, 'transient', 'The service is being shut down.', {
      headers: { Connection: 'close', 'Retry-After': '5' },
    });
  };
}

function otherMethod(routes: readonly Route[], path: string): RequestHandler {
  const methods = routes.filter((route) => route.path === path).map((route) => route.method.toUpperCase());
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  return (request, response) => {
    if (request.method === 'OPTIONS') {
      response.status(204).set('Allow', allow).end();
      return;
    }
    throw new ServiceError(405, 'not-supported', `This address only takes ${allow}.`, { headers: { Allow: allow } });
  };
}
