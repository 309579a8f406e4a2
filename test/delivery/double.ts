/** A FHIR server for tests: strict about what it takes, and as faulty as a test wants it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Fault {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** The transaction is done, and the line is cut before the answer. */
  readonly cut?: 'before' | 'after';
  readonly hang?: true;
}

interface TransactionEntry {
  readonly fullUrl?: string;
  readonly resource?: { resourceType: string; id?: string; meta?: { tag?: { code: string }[] } };
  readonly request: { readonly method: string; readonly url: string };
}

export interface Double {
  readonly url: string;
  /** JSON of each resource by `Type/id`. */
  readonly resources: Map<string, string>;
  /** How often each was written. */
  readonly writes: Map<string, number>;
  readonly requests: { readonly entries: number; readonly headers: IncomingMessage['headers'] }[];
  /** Transactions that ran at the same time for one patient. */
  overlaps: number;
  /** What the next requests get instead, one each. */
  faults: (Fault | undefined)[];
  maxEntries: number;
  /** How long it takes for a transaction. */
  milliseconds: number;
  /** `Authorization` that it wants. */
  authorization: string | undefined;
  /** Does it let ids of clients be. */
  givesIds: boolean;
  close(): Promise<void>;
}

export async function startDouble(): Promise<Double> {
  const running = new Map<string, number>();
  const tags = new Map<string, string>();
  let last = 0;
  const double: Omit<Double, 'url' | 'close'> = {
    resources: new Map(),
    writes: new Map(),
    requests: [],
    overlaps: 0,
    faults: [],
    maxEntries: 500,
    milliseconds: 0,
    authorization: undefined,
    givesIds: false,
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await buffer(request)).toString('utf8');
    if (request.url === '/metadata') {
      answer(response, 200, { resourceType: 'CapabilityStatement' });
      return;
    }
    const fault = double.faults.shift();
    if (fault?.hang === true) return;
    if (fault?.cut === 'before') {
      request.socket.destroy();
      return;
    }
    if (fault?.status !== undefined) {
      response.writeHead(fault.status, fault.headers);
      response.end(fault.body ?? '');
      return;
    }
    if (double.authorization !== undefined && request.headers.authorization !== double.authorization) {
      answer(response, 401, outcome('login'));
      return;
    }
    const { entry = [] } = JSON.parse(body) as { entry?: TransactionEntry[] };
    double.requests.push({ entries: entry.length, headers: request.headers });
    const patients = new Set(entry.flatMap(({ request: { url } }) => (url.startsWith('Patient') ? [url] : [])));
    for (const patient of patients) {
      if ((running.get(patient) ?? 0) > 0) double.overlaps++;
      running.set(patient, (running.get(patient) ?? 0) + 1);
    }
    if (double.milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, double.milliseconds));
    for (const patient of patients) running.set(patient, running.get(patient)! - 1);
    const refused = transact(entry);
    if (refused !== undefined) {
      answer(response, refused.status, outcome(refused.text));
      return;
    }
    if (fault?.cut === 'after') request.socket.destroy();
    else answer(response, 200, { resourceType: 'Bundle', type: 'transaction-response' });
  }

  /** All or nothing. */
  function transact(entries: readonly TransactionEntry[]): { status: number; text: string } | undefined {
    if (entries.length > double.maxEntries) return { status: 413, text: 'too many entries' };
    const resources = new Map(double.resources);
    const urls = entries.map(({ request }) => request.url);
    if (new Set(urls).size < urls.length) return { status: 400, text: 'one resource twice' };
    const places = new Map<string, string>();
    for (const { fullUrl, request } of entries) {
      const place = placeOf(request.url);
      if (place === undefined) return { status: 400, text: `ids are given here: ${request.url}` };
      if (fullUrl !== undefined) places.set(fullUrl, place);
    }
    for (const { resource, request } of entries) {
      const place = placeOf(request.url)!;
      if (request.method === 'DELETE') {
        resources.delete(place);
        continue;
      }
      if (!double.givesIds && resource?.id !== place.split('/')[1])
        return { status: 400, text: 'id and address differ' };
      resources.set(
        place,
        JSON.stringify(resource).replace(/"reference":"([^"]+)"/g, (_all, reference: string) => {
          const found = places.get(reference) ?? (reference.includes('?') ? placeOf(reference) : reference);
          return `"reference":"${found ?? reference}"`;
        }),
      );
    }
    const changed = [...resources].filter(([place, json]) => double.resources.get(place) !== json);
    // What was there points at what is there, unless something is taken away.
    const isRemoving = entries.some(({ request }) => request.method === 'DELETE');
    for (const [place, json] of isRemoving ? resources : changed) {
      for (const [, reference] of json.matchAll(/"reference":"([^"]+)"/g)) {
        if (!resources.has(reference!))
          return { status: 409, text: `${place} points at ${reference!}, which is not there` };
      }
    }
    for (const [place] of changed) double.writes.set(place, (double.writes.get(place) ?? 0) + 1);
    double.resources.clear();
    for (const [place, json] of resources) double.resources.set(place, json);
    return undefined;
  }

  function placeOf(url: string): string | undefined {
    const [type, query] = url.split('?');
    if (query === undefined) return double.givesIds ? undefined : type;
    const known = tags.get(`${type!} ${decodeURIComponent(query)}`);
    if (known !== undefined) return known;
    const place = `${type!}/${String(++last)}`;
    tags.set(`${type!} ${decodeURIComponent(query)}`, place);
    return place;
  }

  const server: Server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(double, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  });
}

export function outcome(text: string): object {
  return { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'processing', diagnostics: text }] };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/fhir+json' });
  response.end(JSON.stringify(body));
}
