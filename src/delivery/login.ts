/** How Cairn says who it is to a receiver: a fixed token, a password, or SMART Backend Services (SMART App Launch 2.2). */
import { randomUUID } from 'node:crypto';
import { importJWK, importPKCS8, SignJWT, type CryptoKey, type JWK } from 'jose';
import type { HttpClient } from './http.js';

export type LoginSettings =
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | {
      readonly kind: 'smart';
      /** Where tokens are given; else as `.well-known/smart-configuration` of the receiver says. */
      readonly tokenUrl?: string | undefined;
      readonly clientId: string;
      /** A JWK as JSON, or PKCS#8 in PEM with its algorithm. */
      readonly key: string;
      readonly algorithm: 'RS384' | 'ES384';
      readonly keyId?: string | undefined;
      readonly scope: string;
    };

export interface Login {
  /** The header `Authorization`; undefined where no token can be had at the moment. */
  header(): Promise<string | undefined>;
  /** The receiver did not take it: a new one is fetched next time. */
  forget(): void;
}

/** A token is not used in the last seconds of its life. */
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
      .sign(await keyOf(settings));
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
    // Without a word of its life it is taken for five minutes, the longest that SMART recommends.
    const life = typeof seconds === 'number' ? seconds * 1000 : 300_000;
    token = { text, until: Date.now() + life - MARGIN_MILLISECONDS };
    return text;
  }

  return {
    async header() {
      if (token !== undefined && Date.now() < token.until) return `Bearer ${token.text}`;
      // Many deliveries wait for one token.
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

/** @throws where the key can't be read; looked at when the service starts */
export async function keyOf({
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
