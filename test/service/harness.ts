/** A service on a free port, and a client that holds every answer against the OpenAPI description. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { pino } from 'pino';
import { startService, type RunningService, type StartOptions } from '../../src/service/server.js';
import { loadSettings } from '../../src/service/settings/load.js';
import { builtModule } from '../built.js';

export const fakeConverter = new URL('./fake-converter.ts', import.meta.url).href;
const storeThread = new URL('../store/source-thread.mjs', import.meta.url);
export const realConverter = new URL('../../src/convert.ts', import.meta.url).href;
export const sample = readFileSync(new URL('../../samples/progress-note.xml', import.meta.url));

export interface RawOptions {
  /** Longest time until the answer is taken as it is. */
  readonly wait?: number;
  /** What is sent again and again behind the text. */
  readonly drip?: string;
  /** Does not read what comes back. */
  readonly deaf?: boolean;
}

export interface Harness extends RunningService {
  readonly logs: Record<string, unknown>[];
  readonly port: number;
  call(path: string, init?: RequestInit): Promise<Response>;
  /** Sends text over a socket of its own and answers everything that comes back until the service closes it. */
  raw(text: string | Buffer, options?: RawOptions): Promise<string>;
  stop(): Promise<void>;
}

/** Settings by environment variables, as a user gives them. */
export async function startHarness(
  environment: Record<string, string> = {},
  converter: string = fakeConverter,
): Promise<Harness> {
  const logs: Record<string, unknown>[] = [];
  const log = pino(
    { base: null, level: 'debug' },
    { write: (line) => logs.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const settings = loadSettings({
    environment: {
      PORT: '0',
      CAIRN_WORKERS: '1',
      CAIRN_LARGE_WORKERS: '0',
      CAIRN_WORKER_MEMORY_MEGABYTES: '256',
      CAIRN_DRAIN_SECONDS: '5',
      ...environment,
    },
  });
  const running = await startService(settings, { ...workersFor(converter), log, storeThread });
  const check = await responseCheck(running.address);
  const port = Number(new URL(running.address).port);
  return {
    ...running,
    logs,
    port,
    async call(path, init) {
      const response = await fetch(`${running.address}${path}`, init);
      const copy = response.clone();
      check(init?.method ?? 'GET', path.split('?')[0]!, copy.status, copy.headers, await copy.text());
      return response;
    },
    raw: (text, options) => raw(port, text, options),
    stop: () => running.drain(),
  };
}

/** The real converter works in built workers. */
function workersFor(converter: string): Pick<StartOptions, 'converter' | 'worker'> {
  if (converter !== realConverter) return { converter };
  return {
    converter: pathToFileURL(builtModule('convert.js')).href,
    worker: builtModule('service/workers/worker.js'),
  };
}

export function post(body: RequestInit['body'] | Buffer, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/xml', ...headers },
    body: body as Exclude<RequestInit['body'], undefined>,
  };
}

export const document = (text: string): string => `<ClinicalDocument>${text}</ClinicalDocument>`;

function raw(
  port: number,
  text: string | Buffer,
  { wait = 10_000, drip, deaf = false }: RawOptions = {},
): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    const dripping = drip === undefined ? undefined : setInterval(() => socket.write(drip), 100);
    const timer = setTimeout(() => socket.destroy(), wait);
    if (deaf) socket.pause();
    else socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      clearInterval(dripping);
      resolve(Buffer.concat(chunks).toString());
    });
    socket.write(text);
  });
}

interface Described {
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>
  >;
}

type Check = (method: string, path: string, status: number, headers: Headers, body: string) => void;

/** Every answer of a known route has a status, a type and a body that the description promises. */
async function responseCheck(address: string): Promise<Check> {
  const description = (await (await fetch(`${address}/openapi.json`)).json()) as Described & { components: object };
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema({ $id: 'api', components: description.components });
  const validators = new Map<object, ValidateFunction>();
  const validator = (schema: object): ValidateFunction => {
    let known = validators.get(schema);
    if (known === undefined) {
      known = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"api#/components')) as object);
      validators.set(schema, known);
    }
    return known;
  };
  return (method, path, status, headers, body) => {
    expect(headers.get('x-request-id'), 'X-Request-Id').to.match(/./);
    expect(headers.get('content-security-policy'), 'Content-Security-Policy').to.contain("default-src 'none'");
    if (status >= 400) expect(headers.get('content-type')).to.match(/^application\/fhir\+(json|xml); charset=utf-8$/);
    expect(body).not.to.match(/\n\s+at |node_modules|\/src\/|\/dist\//);
    // `/documents/{id}` describes `/documents/7c1d…`.
    const template = Object.keys(description.paths).find((one) =>
      new RegExp(`^${one.replace(/[$.]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')}$`).test(path),
    );
    const operation = description.paths[template ?? path]?.[method.toLowerCase()];
    if (operation === undefined) {
      expect(status, `${method} ${path} is not described`).to.be.oneOf([204, 404, 405, 200]);
      return;
    }
    const response = operation.responses[String(status)];
    expect(response, `${method} ${path} has no ${status} in its description`).not.to.equal(undefined);
    if (body === '' && response!.content === undefined) return;
    const type = (headers.get('content-type') ?? '').split(';')[0]!;
    const media = response!.content?.[type];
    expect(media, `${method} ${path} ${status} answers ${type}`).not.to.equal(undefined);
    if (!type.includes('json') || type.includes('ndjson')) return;
    const validate = validator(media!.schema);
    expect(validate(JSON.parse(body)), JSON.stringify(validate.errors)).to.equal(true);
  };
}

export const root = fileURLToPath(new URL('../../', import.meta.url));
