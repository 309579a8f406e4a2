/** From a request with a document to its answer, for both convert routes. */
import type { Request, Response } from 'express';
import { contextOf, type Context } from '../context.js';
import { ClientGone, ServiceError } from '../errors/service-error.js';
import type { Job } from '../workers/job.js';
import { checkLength, readBody } from '../limits/body.js';
import type { MemoryBudget } from '../limits/budget.js';
import type { Settings } from '../settings/schema.js';
import type { Service } from './route.js';

const MEGABYTE = 1_000_000;

/**
 * Room in the queue is checked before the body is read, and again after it. A slow body must not hold a place that
 * another document could use.
 *
 * @throws ServiceError
 */
export async function deliver(
  service: Service,
  request: Request,
  response: Response,
  job: Job,
  contentType: string,
  unwrap: (body: Buffer) => Promise<Buffer> | Buffer = (body) => body,
): Promise<void> {
  const { pool, budget, settings } = service;
  const context = contextOf(request);
  if (job.options.sender !== undefined) context.sender = job.options.sender;
  checkLength(request, settings.limits);
  pool.checkRoom(Number(request.headers['content-length'] ?? 0));
  const body = await readBody(request, response, settings.limits, budget);
  const answer = roomFor(budget);
  let isOut = false;
  try {
    const document = await unwrap(body.bytes);
    if (document.length === 0) throw new ServiceError(400, 'required', 'The body is empty; it must be a document.');
    context.documentBytes = document.length;
    const gone = whenGone(context, response);
    const {
      header,
      body: bytes,
      waitedMilliseconds,
    } = await pool.run(limited(job, settings), document, {
      signal: gone,
      admit: answer.take,
    });
    context.waitedMilliseconds = waitedMilliseconds;
    if (!header.ok) {
      const { status, code, message, line, column, expression, reason } = header;
      throw new ServiceError(status, code, message, {
        ...(line === undefined ? {} : { line }),
        ...(column === undefined ? {} : { column }),
        ...(expression === undefined ? {} : { expression }),
        ...(reason === undefined ? {} : { reason }),
      });
    }
    if (bytes === undefined) throw noRoom(answer.refused > settings.limits.inFlightMegabytes * MEGABYTE);
    if (gone.aborted) throw new ClientGone('The client went away.');
    context.success = header;
    context.sentBytes = bytes.length;
    body.release();
    response.once('close', answer.release);
    isOut = true;
    // If a client stops reading, its answer must not be kept for ever.
    response.setTimeout(settings.limits.idleSeconds * 1000, () => {
      response.destroy(new ClientGone('The client stopped reading.'));
    });
    response.set({
      'Content-Type': contentType,
      'Content-Length': String(bytes.length),
      'Cache-Control': 'no-store',
      Vary: 'Accept',
      'Cairn-Mapping-Hash': header.mappingHash,
      'Cairn-Issues': issuesHeader(header.issues),
    });
    if (service.draining) response.set('Connection', 'close');
    response.end(bytes);
  } finally {
    body.release();
    if (!isOut) answer.release();
  }
}

/**
 * Room for one answer. It is taken before the bytes are held, and given back when they are sent or nobody wants them.
 */
function roomFor(budget: MemoryBudget) {
  let taken = 0;
  const room = {
    /** The length of the answer for which there was no room. */
    refused: 0,
    take: (length: number): boolean => {
      if (!budget.take(length)) {
        room.refused = length;
        return false;
      }
      taken += length;
      return true;
    },
    release: (): void => {
      budget.release(taken);
      taken = 0;
    },
  };
  return room;
}

function limited(job: Job, { workers }: Settings): Job {
  const { timeLimitSeconds, maxOutputMegabytes } = workers;
  return {
    ...job,
    limits: { timeLimitSeconds, ...(maxOutputMegabytes === undefined ? {} : { maxOutputMegabytes }) },
  };
}

function noRoom(ever: boolean): ServiceError {
  if (ever) return new ServiceError(413, 'too-costly', 'The answer is larger than this service may hold.');
  return new ServiceError(503, 'transient', 'Answers take all the memory that they may; try again later.', {
    headers: { 'Retry-After': '2' },
  });
}

/** The warnings by kind, for clients that take only the Bundle: `dangling-reference=2, impossible-date=1`; `none`. */
function issuesHeader(issues: Readonly<Record<string, number>>): string {
  const parts = Object.entries(issues).map(([kind, count]) => `${kind}=${count}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

function whenGone(context: Context, response: Response): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!context.answered) gone.abort();
  });
  return gone.signal;
}
