/** The service below HTTP: sockets, TLS, the limits that Node keeps, errors before a request is read, and the end. */
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer, type Server as SecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pino, type Logger } from 'pino';
import type { ConverterOptions } from '../conversion.js';
import type { DocumentSignatureRule } from '../signature/with-signatures.js';
import { createApp } from './app.js';
import { requestId } from './context.js';
import { operationOutcome } from './errors/outcome.js';
import type { IssueType } from './errors/service-error.js';
import { createBudget } from './limits/budget.js';
import { createMetrics, watch, watchIntake } from './metrics/metrics.js';
import type { Route, Service } from './routes/route.js';
import type { Settings } from './settings/schema.js';
import { sample } from './sample.js';
import { DEFAULT_SET } from './workers/job.js';
import { checkTaskPurposes } from '../attachment/task-purpose.js';
import { loadPurposes } from '../purpose/load.js';
import { openIntake } from './intake/open-intake.js';
import type { KafkaFeed, KafkaSurroundings } from './kafka/open-kafka.js';
import { withPackNames } from './workers/packed-sets.js';
import { createPool, type Pool } from './workers/pool.js';
import { StartError } from './workers/worker-process.js';

const MEGABYTE = 1_000_000;

export interface RunningService {
  /** `http://127.0.0.1:8080` */
  readonly address: string;
  readonly routes: readonly Route[];
  readonly service: Service;
  /** Loads the mappings (and the certificate) again. If that fails, the old ones stay in service. */
  reload(): Promise<void>;
  /** Takes no new work. Resolves when the running work is done or the time limit is over. */
  drain(): Promise<void>;
}

export interface StartOptions {
  /** Address of the module with `createConverter`. */
  readonly converter: string;
  readonly log?: Logger;
  /** The module that the store's thread runs, if it is not the built one (tests). */
  readonly storeThread?: URL;
  /** The main module of a worker process, if it is not the one that belongs to this module (tests). */
  readonly worker?: string;
}

/** @throws StartError if the mappings can't be loaded; an error of the system if the port can't be used. */
export async function startService(settings: Settings, options: StartOptions): Promise<RunningService> {
  const log = options.log ?? pino({ level: settings.logLevel, base: null });
  // Reads the user's purposes now, so that a mistake is reported before the first request.
  const { purposes, valueSets } = settings.purposes;
  const { tasks } = settings.attachments;
  if (purposes.length + valueSets.length + Object.keys(tasks).length > 0)
    checkTaskPurposes(loadPurposes(settings.purposes), tasks);
  const metrics = createMetrics();
  const pool = await createPool({
    assignment: {
      converter: options.converter,
      sets: withPackNames({ [DEFAULT_SET]: null, ...settings.mappings }),
      purposes: settings.purposes,
      presets: presetsOf(settings),
      ...signaturesOf(settings),
      ...(sample === undefined ? {} : { warmUp: fileURLToPath(sample) }),
    },
    workers: { small: settings.workers.count, large: settings.workers.largeCount },
    memoryMegabytes: settings.workers.memoryMegabytes,
    ...(options.worker === undefined ? {} : { workerModule: options.worker }),
    timeLimitSeconds: settings.workers.timeLimitSeconds,
    queueLength: settings.workers.queueLength,
    queueSeconds: settings.workers.queueSeconds,
    onRestart: (reason) => {
      metrics.workerRestarts.inc({ reason });
      log.warn({ reason }, 'worker replaced');
    },
    onTrouble: (what) => {
      log.error({ what }, 'worker');
    },
  });
  const budget = createBudget(settings.limits.inFlightMegabytes * MEGABYTE);
  watch(metrics, pool, budget);
  const { store: folder } = settings;
  const { storeThread } = options;
  const intake =
    folder === undefined
      ? undefined
      : await orClose(pool, openIntake(folder, { settings, pool, metrics, log, storeThread }));
  if (intake !== undefined) watchIntake(metrics, intake);
  const service: Service = {
    settings,
    pool,
    budget,
    metrics,
    log,
    draining: false,
    ...(intake === undefined ? {} : { intake }),
  };
  const kafka = await openTopics(settings, { settings, pool, metrics, log, intake });
  const { app, routes } = createApp(service);
  const server = createServer(settings, app as (request: IncomingMessage, response: ServerResponse) => void);
  try {
    await orClose(pool, listen(server, settings));
  } catch (error) {
    await kafka?.stop();
    await intake?.stop();
    await intake?.store.close();
    throw error;
  }
  return {
    address: addressOf(server, settings),
    routes,
    service,
    async reload() {
      try {
        await pool.reload();
        if ('setSecureContext' in server && settings.tls !== undefined)
          server.setSecureContext(certificate(settings.tls));
        metrics.mappingReloads.inc({ outcome: 'good' });
        log.info({ mappings: pool.state().hashes, terms: pool.state().terms?.sha256 }, 'mappings reloaded');
      } catch (error) {
        metrics.mappingReloads.inc({ outcome: 'bad' });
        const mistakes = error instanceof StartError ? error.mistakes : [];
        log.error({ mistakes, what: error instanceof Error ? error.message : 'unknown error' }, 'mappings kept');
      }
    },
    async drain() {
      service.draining = true;
      const closed = new Promise((resolve) => server.close(resolve));
      // Connections become idle one by one, when their last answers are sent.
      const sweep = setInterval(() => {
        server.closeIdleConnections();
      }, 50);
      const late = delay(settings.drainSeconds * 1000, undefined, { ref: false });
      // What came from topics goes into the store or to the workers, so both are needed until it is done.
      const feeds = (kafka?.stop() ?? Promise.resolve()).then(() => intake?.stop());
      await Promise.race([Promise.all([feeds, pool.idle(), closed]), late]);
      clearInterval(sweep);
      server.closeAllConnections();
      await pool.close();
      await intake?.store.close();
    },
  };
}

/** Only nodes with the role `intake` or `work` read topics. If the start fails, nothing is left running. */
async function openTopics(settings: Settings, surroundings: KafkaSurroundings): Promise<KafkaFeed | undefined> {
  const isReader = settings.roles.includes('intake') || settings.roles.includes('work');
  if (settings.kafka === undefined || !isReader) return undefined;
  const { pool, intake } = surroundings;
  try {
    // Loaded late, because only a service with topics needs it.
    const { openKafka } = await import('./kafka/open-kafka.js');
    return await openKafka(settings.kafka, surroundings);
  } catch (error) {
    await intake?.stop();
    await intake?.store.close();
    await pool.close();
    throw error;
  }
}

/** The options of every converter of the service. */
function signaturesOf({ signatures: { mode, certificates } }: Settings): {
  readonly signatures?: DocumentSignatureRule;
} {
  if (mode === 'keep') return {};
  return { signatures: { mode, anchors: certificates === undefined ? '' : readFileSync(certificates, 'utf8') } };
}

function presetsOf({ terms, usCore, units }: Settings): Pick<ConverterOptions, 'terms' | 'usCore' | 'units'> {
  return {
    ...(terms === undefined ? {} : { terms }),
    ...(usCore === undefined ? {} : { usCore }),
    ...(units === undefined ? {} : { units }),
  };
}

/** If the start fails, no worker is left behind. */
async function orClose<T>(pool: Pool, starting: Promise<T>): Promise<T> {
  try {
    return await starting;
  } catch (error) {
    await pool.close();
    throw error;
  }
}

function createServer(
  settings: Settings,
  app: (request: IncomingMessage, response: ServerResponse) => void,
): Server | SecureServer {
  const { limits, tls } = settings;
  const options = {
    maxHeaderSize: limits.headerKilobytes * 1024,
    headersTimeout: limits.headerSeconds * 1000,
    // The body has limits of its own that give an answer. This one ends what these don't catch.
    requestTimeout: (limits.headerSeconds + limits.bodySeconds) * 1000 + 5000,
    keepAliveTimeout: limits.keepAliveSeconds * 1000,
    connectionsCheckingInterval: 1000,
    // Node would refuse without a body; app.ts refuses with one.
    requireHostHeader: false,
  };
  const server =
    tls === undefined ? createHttpServer(options, app) : createHttpsServer({ ...options, ...certificate(tls) }, app);
  server.maxConnections = limits.connections;
  // A client that closes its side after its request still waits for the answer (`nc -N`; RFC 9112 9.6).
  Object.assign(server, { httpAllowHalfOpen: true });
  // A client that asks before it sends its body (RFC 9110 10.1.1) is answered by the routes.
  server.on('checkContinue', app);
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const body = outcomeText('not-supported', 'Expect may only be 100-continue.');
    const id = requestId(request.headers['x-request-id']);
    response.writeHead(417, {
      'Content-Type': 'application/fhir+json; charset=utf-8',
      'X-Request-Id': id,
      Connection: 'close',
    });
    response.end(body);
  });
  // Without this, Node would close the connection without an answer.
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    refuse(socket, '405 Method Not Allowed', 'not-supported', 'This is not a proxy.');
  });
  server.on('clientError', answerClientError);
  return server;
}

function certificate(tls: NonNullable<Settings['tls']>) {
  return { cert: readFileSync(tls.certificate), key: readFileSync(tls.key), minVersion: 'TLSv1.2' as const };
}

function listen(server: Server | SecureServer, { host, port }: Settings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: host.replace(/^\[|\]$/g, ''), port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function addressOf(server: Server | SecureServer, { host, tls }: Settings): string {
  const { port } = server.address() as AddressInfo;
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return `${tls === undefined ? 'http' : 'https'}://${name}:${port}`;
}

/** Bytes that are not HTTP never reach a route. They still get an OperationOutcome. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  refuse(socket, ...answerOf(error.code));
}

/** Answers bytes that never become a request. */
function refuse(socket: Duplex, status: string, code: IssueType, text: string): void {
  const body = outcomeText(code, text);
  const head = [
    `HTTP/1.1 ${status}`,
    'Content-Type: application/fhir+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId(undefined)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function answerOf(code: string | undefined): [string, IssueType, string] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return ['431 Request Header Fields Too Large', 'too-long', 'The headers are larger than the limit.'];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return ['408 Request Timeout', 'timeout', 'The request did not arrive in time.'];
    default:
      return ['400 Bad Request', 'invalid', 'This is not a valid HTTP request.'];
  }
}

function outcomeText(code: IssueType, text: string): string {
  return JSON.stringify(operationOutcome([{ severity: 'error', code, text }]));
}
