/** One log line and one count for each request when it is over, never with content, names or ids of patients. */
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { contextOf, traceparent, type Context } from '../context.js';
import type { Metrics } from './metrics.js';

export function observe(metrics: Metrics, log: Logger): RequestHandler {
  return (request, response, next) => {
    const context = contextOf(request);
    response.set('X-Request-Id', context.id);
    const parent = traceparent(context);
    if (parent !== undefined) response.set('traceparent', parent);
    response.once('close', () => {
      // Node emits the end of an answer also if the answer was destroyed, or the client hung up in the middle.
      context.answered = response.writableFinished && (response.errored ?? null) === null && !request.socket.destroyed;
      // Proxies use 499 for a client that went away before its answer.
      const status = context.answered ? response.statusCode : 499;
      count(metrics, context, request.method, status);
      write(log, context, request.method, status);
    });
    next();
  };
}

function count(metrics: Metrics, context: Context, method: string, status: number): void {
  const { route, success } = context;
  const known = ['GET', 'HEAD', 'POST', 'OPTIONS'].includes(method) ? method : 'other';
  metrics.requests.inc({ route, method: known, status: String(status) });
  metrics.requestDuration.observe({ route }, (performance.now() - context.started) / 1000);
  metrics.receivedBytes.inc({ route }, context.receivedBytes);
  metrics.sentBytes.inc({ route }, context.sentBytes);
  if (context.waitedMilliseconds !== undefined) metrics.queueDuration.observe(context.waitedMilliseconds / 1000);
  if (success !== undefined) {
    metrics.documents.inc({
      type: metrics.typeLabel(success.documentType),
      sender: metrics.senderLabel(context.sender),
    });
    metrics.documentBytes.inc(context.documentBytes);
    metrics.conversionDuration.observe((success.convertMilliseconds + success.writeMilliseconds) / 1000);
    for (const [kind, times] of Object.entries(success.issues)) metrics.warnings.inc({ kind }, times);
    for (const [name, times] of Object.entries(success.facts)) {
      if (name !== 'facts' && name !== 'questioned') metrics.facts.inc({ status: name }, times);
    }
  } else if (context.error !== undefined && context.documentBytes > 0) {
    metrics.refused.inc({ code: context.error });
  }
}

function write(log: Logger, context: Context, method: string, status: number): void {
  const { success, trace } = context;
  const line = {
    requestId: context.id,
    ...(trace === undefined ? {} : { traceId: trace.id, parentId: trace.parent }),
    client: context.client?.name,
    method: method.slice(0, 16),
    route: context.route,
    status,
    receivedBytes: context.receivedBytes,
    documentBytes: context.documentBytes,
    sentBytes: context.sentBytes,
    milliseconds: rounded(performance.now() - context.started),
    waitedMilliseconds: rounded(context.waitedMilliseconds),
    convertMilliseconds: rounded(success?.convertMilliseconds),
    writeMilliseconds: rounded(success?.writeMilliseconds),
    sender: context.sender,
    documentType: success?.documentType,
    facts: success?.facts,
    warnings: success?.issues,
    mappingHash: success?.mappingHash,
    error: context.error,
    reason: context.reason,
  };
  if (status >= 500) log.error(line, 'request');
  // Probes and scrapes come every few seconds. They are not logged while they succeed.
  else if (['/livez', '/readyz', '/metrics'].includes(context.route)) log.debug(line, 'request');
  else log.info(line, 'request');
}

function rounded(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.round(milliseconds * 10) / 10;
}
