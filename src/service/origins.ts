import type { RequestHandler } from 'express';

const EXPOSED = 'X-Request-Id, Retry-After, RateLimit, RateLimit-Policy, Cairn-Issues, Cairn-Mapping-Hash, traceparent';
const SENT =
  'Authorization, Content-Type, Content-Encoding, X-API-Key, X-Request-Id, traceparent, Cairn-Bundle, Cairn-Sender, Cairn-Time-Zone, Cairn-Mappings';

/** CORS for the origins in the settings. A page of any other origin gets no header that would let it read an answer. */
export function allowOrigins(origins: readonly string[]): RequestHandler {
  return (request, response, next) => {
    const origin = request.get('origin');
    if (origins.length > 0) response.vary('Origin');
    if (origin === undefined || !origins.includes(origin)) {
      next();
      return;
    }
    response.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': EXPOSED });
    if (request.method === 'OPTIONS' && request.get('access-control-request-method') !== undefined) {
      response.set({
        'Access-Control-Allow-Methods': 'GET, POST',
        'Access-Control-Allow-Headers': SENT,
        'Access-Control-Max-Age': '600',
      });
    }
    next();
  };
}
