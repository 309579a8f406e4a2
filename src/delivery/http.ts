/**
 * Sends one request to a receiver, with a time limit, with a client certificate if there is one, and with a limit for
 * the size of the answer.
 */
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** At most the first megabyte. The answer to a transaction lists every entry, and nobody reads them all. */
  readonly body: string;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface HttpClient {
  /** Gives the answer; undefined if there is none: no connection, a broken connection, or no answer in time. */
  send(request: HttpRequest): Promise<HttpAnswer | undefined>;
  close(): void;
}

export interface HttpClientOptions {
  readonly timeoutSeconds: number;
  /** PEM: the client's certificate and key, and the authority of the server's certificate. */
  readonly tls?: { readonly cert?: string; readonly key?: string; readonly ca?: string } | undefined;
}

const MOST_BODY = 1_000_000;

export function createHttpClient({ timeoutSeconds, tls }: HttpClientOptions): HttpClient {
  const plain = new HttpAgent({ keepAlive: true });
  const secure = new HttpsAgent({ keepAlive: true, minVersion: 'TLSv1.2', ...tls });
  return {
    send: ({ method, url, headers = {}, body }) =>
      new Promise((resolve) => {
        const isSecure = url.startsWith('https:');
        const request = (isSecure ? httpsRequest : httpRequest)(url, {
          method,
          agent: isSecure ? secure : plain,
          headers: {
            ...headers,
            ...(body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
          },
        });
        // The limit is for the whole exchange, not for a silent connection: a receiver that sends its answer byte by
        // byte is no use either.
        const timer = setTimeout(() => request.destroy(), timeoutSeconds * 1000);
        const end = (answer: HttpAnswer | undefined): void => {
          clearTimeout(timer);
          resolve(answer);
        };
        request.on('error', () => {
          end(undefined);
        });
        request.on('response', (response) => {
          const chunks: Buffer[] = [];
          let length = 0;
          response.on('data', (chunk: Buffer) => {
            if (length < MOST_BODY) chunks.push(chunk);
            length += chunk.length;
          });
          response.on('end', () => {
            end({
              status: response.statusCode ?? 0,
              headers: response.headers as Record<string, string | undefined>,
              body: Buffer.concat(chunks).toString('utf8'),
            });
          });
          // The answer broke off, so whether the receiver took the document is not known.
          response.on('close', () => {
            end(undefined);
          });
        });
        request.end(body);
      }),
    close: () => {
      plain.destroy();
      secure.destroy();
    },
  };
}
