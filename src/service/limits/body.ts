/**
 * Reads a body within every limit: its bytes, its inflated bytes and their ratio, pauses, the whole time, and what all
 * requests together may hold. The body arrives in pieces, so a limit is noticed as soon as it is passed.
 */
import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { contextOf } from '../context.js';
import { ClientGone, ServiceError } from '../errors/service-error.js';
import type { Settings } from '../settings/schema.js';
import type { MemoryBudget } from './budget.js';
import { inflater } from './inflate.js';

const MEGABYTE = 1_000_000;

/** Every listener that is added here is removed again, because other code reads the rest of a refused body. */
type Listener = readonly [emitter: EventEmitter, event: string, listener: (chunk: Buffer) => void];

/** Returns the bytes of the body to the budget. Called when the request is over. */
export interface Body {
  readonly bytes: Buffer;
  release(): void;
}

/** @throws ServiceError 413 at once if the announced length is over the limit. */
export function checkLength(request: IncomingMessage, limits: Settings['limits']): void {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limits.bodyMegabytes * MEGABYTE) throw tooLarge(limits);
}

/** @throws ServiceError 400, 408, 413, 415, 503; ClientGone */
export async function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  limits: Settings['limits'],
  budget: MemoryBudget,
): Promise<Body> {
  checkLength(request, limits);
  const inflate = inflater(request.headers['content-encoding']);
  const context = contextOf(request);
  const maximum = limits.bodyMegabytes * MEGABYTE;
  const chunks: Buffer[] = [];
  let held = 0;
  let stop = (): void => undefined;

  if (request.headers.expect !== undefined) {
    context.continued = true;
    response.writeContinue();
  }
  try {
    await new Promise<void>((resolve, reject) => {
      const total = setTimeout(reject, limits.bodySeconds * 1000, tooSlow());
      const pause = setTimeout(reject, limits.idleSeconds * 1000, tooSlow());
      const source = inflate === undefined ? request : request.pipe(inflate);
      const listeners: readonly Listener[] = [
        [request, 'data', onReceived],
        [request, 'close', onClose],
        [request, 'error', onClose],
        [source, 'data', onData],
        [
          source,
          'end',
          () => {
            resolve();
          },
        ],
        ...(inflate === undefined ? [] : [[inflate, 'error', onCorrupt] as const]),
      ];
      for (const [emitter, event, listener] of listeners) emitter.on(event, listener);
      stop = () => {
        clearTimeout(total);
        clearTimeout(pause);
        for (const [emitter, event, listener] of listeners) emitter.off(event, listener);
        if (inflate === undefined) return;
        request.unpipe(inflate);
        // The stream is no longer needed, so its error is ignored.
        inflate.on('error', () => undefined).destroy();
      };

      function onReceived(chunk: Buffer): void {
        context.receivedBytes += chunk.length;
        pause.refresh();
        if (context.receivedBytes > maximum) reject(tooLarge(limits));
      }
      function onData(chunk: Buffer): void {
        if (held + chunk.length > maximum) reject(tooLarge(limits));
        else if (inflate !== undefined && held > MEGABYTE && held > context.receivedBytes * limits.inflationRatio) {
          reject(new ServiceError(413, 'too-costly', 'The body inflates to more than the allowed ratio.'));
        } else if (!budget.take(chunk.length)) reject(crowded());
        else {
          held += chunk.length;
          chunks.push(chunk);
        }
      }
      function onCorrupt(): void {
        reject(
          new ServiceError(400, 'structure', 'The body is not what its Content-Encoding says, or it ends too early.'),
        );
      }
      function onClose(): void {
        if (!request.complete) reject(new ClientGone('The client went away in the middle of its body.'));
      }
    });
  } catch (error) {
    budget.release(held);
    throw error;
  } finally {
    stop();
  }
  context.documentBytes = held;
  return {
    bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks),
    release: () => {
      budget.release(held);
      held = 0;
    },
  };
}

function tooLarge(limits: Settings['limits']): ServiceError {
  return new ServiceError(413, 'too-long', `The body is larger than ${limits.bodyMegabytes} MB.`);
}

function tooSlow(): ServiceError {
  return new ServiceError(408, 'timeout', 'The body did not arrive in time.');
}

function crowded(): ServiceError {
  return new ServiceError(
    503,
    'transient',
    'The documents in work take all the memory that they may; try again later.',
    {
      headers: { 'Retry-After': '2' },
    },
  );
}
