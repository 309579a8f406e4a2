/** From a request with a document to its answer, as both convert routes do it. */
import type { Request, Response } from 'express';
import { contextOf, type Context } from '../context.js';
import { ClientGone, ServiceError } from '../errors/service-error.js';
import type { Job } from '../workers/job.js';
import { checkLength, readBody } from '../limits/body.js';
import type { Service } from './route.js';

/**
 * Room in the queue is looked for before the body is read and again behind it, because a slow body must not hold a
 * place that another document could use.
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
  try {
    const document = await unwrap(body.bytes);
    if (document.length === 0) throw new ServiceError(400, 'required', 'The body is empty; it must be a document.');
    context.documentBytes = document.length;
    const { header, body: bytes, waitedMilliseconds } = await pool.run(job, document, whenGone(context, response));
    context.waitedMilliseconds = waitedMilliseconds;
    if (!header.ok) {
      const { status, code, message, line, column, reason } = header;
      throw new ServiceError(status, code, message, {
        ...(line === undefined ? {} : { line }),
        ...(column === undefined ? {} : { column }),
        ...(reason === undefined ? {} : { reason }),
      });
    }
    context.success = header;
    context.sentBytes = bytes.length;
    body.release();
    budget.force(bytes.length);
    response.once('close', () => {
      budget.release(bytes.length);
    });
    // A client that stops reading must not keep its answer here for ever.
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
  }
}

/** Warnings by kind for clients that take the Bundle alone: `dangling-reference=2, impossible-date=1`; `none`. */
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
