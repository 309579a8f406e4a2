/** Errors become answers: always an OperationOutcome, in JSON or XML as the client prefers. */
import type { Request, Response } from 'express';
import { writeJson } from '../../bundle/write-json.js';
import { writeXml } from '../../bundle/write-xml.js';
import { contextOf } from '../context.js';
import { operationOutcome } from './outcome.js';
import { ClientGone, ServiceError } from './service-error.js';

/** How long the rest of a refused body is read and thrown away, so that the client gets to read its answer. */
const LINGER_MILLISECONDS = 3000;

export function answerError(error: unknown, request: Request, response: Response): void {
  const context = contextOf(request);
  if (error instanceof ClientGone || response.destroyed) {
    context.error = 'client-gone';
    request.destroy();
    return;
  }
  const known = error instanceof ServiceError ? error : unforeseen(error);
  context.error = known.code;
  context.reason = known.details.reason;
  if (response.headersSent) {
    request.destroy();
    return;
  }
  const { line, column, expression, headers } = known.details;
  const outcome = operationOutcome([
    { severity: 'error', code: known.code, text: known.message, line, column, expression },
  ]);
  const xml = request.accepts(['application/fhir+json', 'application/json', 'application/fhir+xml', 'application/xml']);
  const inXml = xml === 'application/fhir+xml' || xml === 'application/xml';
  const body = Buffer.from(inXml ? writeXml(outcome) : writeJson(outcome));
  context.sentBytes = body.length;
  response.status(known.status);
  for (const [name, value] of Object.entries(headers ?? {})) response.set(name, value);
  response.set({
    'Content-Type': `application/fhir+${inXml ? 'xml' : 'json'}; charset=utf-8`,
    'Content-Length': String(body.length),
    'Cache-Control': 'no-store',
    Vary: 'Accept',
  });
  if (request.complete || !hasBody(request)) {
    response.end(body);
  } else if (request.headers.expect !== undefined && !context.continued) {
    // The body was not asked for but may still come. Only a new connection surely begins with a request.
    response.set('Connection', 'close').end(body);
  } else if (known.status === 408) {
    // The client was too slow with its body, so it is not waited for again.
    response.set('Connection', 'close').end(body);
  } else {
    lingeringEnd(request, response, body);
  }
}

function hasBody(request: Request): boolean {
  return request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
}

/**
 * If a connection is closed while data still comes in, it is reset, and the reset may overtake the answer. So the
 * answer is written, the rest of the body is read for a while, and only then the connection closes.
 */
function lingeringEnd(request: Request, response: Response, body: Buffer): void {
  response.set('Connection', 'close');
  response.write(body);
  const timer = setTimeout(end, LINGER_MILLISECONDS);
  function end(): void {
    clearTimeout(timer);
    if (!response.writableEnded) response.end();
  }
  request.once('end', end).once('close', end).resume();
}

function unforeseen(error: unknown): ServiceError {
  // express and its parsers set a status on the error for a malformed request. Any other error is a fault of the
  // service.
  const status = (error as { status?: unknown } | null)?.status;
  if (status === 400) return new ServiceError(400, 'invalid', 'The request is malformed.');
  const places = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  const name = error instanceof Error ? error.name : 'not an Error';
  return new ServiceError(500, 'exception', 'This is a fault of the service.', {
    reason: [name, ...places.slice(0, 8).map((line) => line.trim())].join(' | '),
  });
}
