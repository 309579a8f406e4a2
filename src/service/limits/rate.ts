import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { contextOf } from '../context.js';
import { ServiceError } from '../errors/service-error.js';
import type { Settings } from '../settings/schema.js';

/** Limits the requests of each client in a minute. It comes after authentication, which knows who the client is. */
export function limitRate(settings: Settings): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: (request) => contextOf(request).client?.requestsPerMinute ?? settings.limits.requestsPerMinute,
    keyGenerator: (request) => contextOf(request).client?.bucket ?? 'unknown',
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // The key is a name from the settings or a token, not an address that must be masked.
    validate: { keyGeneratorIpFallback: false },
    handler: (_request, _response, next) => {
      next(new ServiceError(429, 'throttled', 'Too many requests in a minute from this client.'));
    },
  });
}
