/**
 * How Cairn logs in to a receiver: with a fixed token, a password, or SMART Backend Services (SMART App Launch 2.2).
 */
import { randomUUID } from 'node:crypto';
import { importJWK, importPKCS8, SignJWT, type CryptoKey, type JWK } from 'jose';
import type { HttpClient } from './http.js';

export type LoginSettings =
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | {
      readonly kind: 'smart';
      /** The URL that issues tokens. If absent, it is read from `.well-known/smart-configuration` of the receiver. */
      readonly tokenUrl?: string | undefined;
      readonly clientId: string;
      /** A JWK as JSON, or a PKCS#8 key as PEM with its algorithm. */
      readonly key: string;
      readonly algorithm: 'RS384' | 'ES384';
      readonly keyId?: string | undefined;
      readonly scope: string;
    };

export interface Login {
  /** The value of the header `Authorization`; undefined if no token can be had now. */
  header(): Promise<string | undefined>;
  /** Says that the receiver refused the token, so that a new one is fetched next time. */
  forget(): void;
}

/** A token is no longer used in the last 30 seconds of its life. */
const MARGIN_MILLISECONDS = 30_000;
const ASSERTION_SECONDS = 240;

export function createLogin(settings: LoginSettings | undefined, base: string, http: HttpClient): Login | undefined {
  if (settings === undefined) return undefined;
  if (settings.kind === 'bearer') return fixed(`Bearer ${settings.token}`);
  if (settings.kind === 'basic') {
    const pair = Buffer.from(`${settings.user}:${settings.password}`, 'utf8').toString('base64');
    return fixed(`Basic ${pair}`);
  }
  return smart(settings, base, http);
}

function fixed(header: string): Login {
  return { header: () => Promise.resolve(header), forget: () => undefined };
}

function smart(settings: Extract<LoginSettings, { kind: 'smart' }>, base: string, http: HttpClient): Login {
  let token: { readonly text: string; readonly until: number } | undefined;
  let running: Promise<string | undefined> | undefined;
  let tokenUrl = settings.tokenUrl;

  async function fetchToken(): Promise<string | undefined> {
    tokenUrl ??= await discover(base, http);
    if (tokenUrl === undefined) return undefined;
    const assertion = await new SignJWT({})
      .setProtectedHeader({
        alg: settings.algorithm,
        typ: 'JWT',
        ...(settings.keyId === undefined ? {} : { kid: settings.keyId }),
      })
      .setIssuer(settings.clientId)
      .setSubject(settings.clientId)
      .setAudience(tokenUrl)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime(`${ASSERTION_SECONDS}s`)
      .sign(await loginKeyOf(settings));
    const answer = await http.send({
      method: 'POST',
      url: tokenUrl,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: settings.scope,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      }).toString(),
    });
    if (answer?.status !== 200) return undefined;
    const { access_token: text, expires_in: seconds } = JSON.parse(answer.body) as {
      access_token?: unknown;
      expires_in?: unknown;
    };
    if (typeof text !== 'string') return undefined;
    // If the answer does not say how long the token lives, five minutes are assumed, the longest that SMART recommends.
    const life = typeof seconds === 'number' ? seconds * 1000 : 300_000;
    token = { text, until: Date.now() + life - MARGIN_MILLISECONDS };
    return text;
  }

  return {
    async header() {
      if (token !== undefined && Date.now() < token.until) return `Bearer ${token.text}`;
      // Deliveries that need a token at the same time wait for one request.
      running ??= fetchToken()
        .catch(() => undefined)
        .finally(() => {
          running = undefined;
        });
      const text = await running;
      return text === undefined ? undefined : `Bearer ${text}`;
    },
    forget: () => {
      token = undefined;
    },
  };
}

async function discover(base: string, http: HttpClient): Promise<string | undefined> {
  const answer = await http.send({
    method: 'GET',
    url: `${base}/.well-known/smart-configuration`,
    headers: { Accept: 'application/json' },
  });
  if (answer?.status !== 200) return undefined;
  const { token_endpoint: found } = JSON.parse(answer.body) as { token_endpoint?: unknown };
  return typeof found === 'string' ? found : undefined;
}

/**
 * Reads the key. This is done when the service starts.
 * @throws Error if it can't be read
 */
export async function loginKeyOf({
  key,
  algorithm,
}: {
  readonly key: string;
  readonly algorithm: string;
}): Promise<CryptoKey | Uint8Array> {
  return key.trimStart().startsWith('{')
    ? await importJWK(JSON.parse(key) as JWK, algorithm)
    : await importPKCS8(key, algorithm);
}
