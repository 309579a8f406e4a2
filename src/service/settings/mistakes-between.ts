import { createSecureContext } from 'node:tls';
import { certificatesIn } from '../../signature/with-signatures.js';
import { keyScopes, usesTenants } from '../auth/rights.js';
import { grants } from '../auth/scopes.js';
import { fileText } from './files.js';
import { isLoopback } from './loopback.js';
import { mistakesOfAudit } from './mistakes-of-audit.js';
import { mistakesOfIntake } from './mistakes-of-intake.js';
import { mistakesOfKafka } from './mistakes-of-kafka.js';
import type { Settings } from './schema.js';

/** The mistakes that no single setting shows: a file that cannot be read, or a service open to everybody. */
export function mistakesBetween(settings: Settings): string[] {
  const mistakes: string[] = [];
  const { tls, jwt } = settings;
  if (tls !== undefined) {
    const certificate = fileText('tls.certificate', tls.certificate, mistakes);
    const key = fileText('tls.key', tls.key, mistakes);
    if (certificate !== undefined && key !== undefined) {
      try {
        createSecureContext({ cert: certificate, key });
      } catch {
        mistakes.push('tls: the certificate and the key are not PEM or do not belong together');
      }
    }
  }
  if (jwt !== undefined && !jwt.jwks.startsWith('https://')) {
    if (/^[a-z]+:\/\//.test(jwt.jwks)) {
      mistakes.push('jwt.jwks: must be a file or an https address');
    } else {
      const text = fileText('jwt.jwks', jwt.jwks, mistakes);
      if (text !== undefined && !holdsKeys(text))
        mistakes.push('jwt.jwks: the file holds no JWKS (`{ "keys": [ … ] }`)');
    }
  }
  const { mode, certificates } = settings.signatures;
  if (certificates !== undefined) {
    const text = fileText('signatures.certificates', certificates, mistakes);
    if (text !== undefined && !holdsCertificates(text))
      mistakes.push(`signatures.certificates: ${certificates} holds no certificates in PEM`);
    if (mode === 'keep')
      mistakes.push('signatures.certificates: nothing is verified: set signatures.mode to verify or require');
  } else if (mode === 'require') {
    mistakes.push(
      'signatures.mode: require refuses every document while no certificate is trusted: set signatures.certificates',
    );
  }
  mistakes.push(
    ...mistakesOfIntake(settings),
    ...mistakesOfAudit(settings),
    ...mistakesOfRights(settings),
    ...mistakesOfKafka(settings),
  );
  if (new Set(settings.keys.map((key) => key.name)).size < settings.keys.length) {
    mistakes.push('keys: two keys have the same name');
  }
  const guarded = settings.keys.length > 0 || jwt !== undefined;
  if (!guarded && !settings.insecure && !isLoopback(settings.host)) {
    mistakes.push(
      `host: ${settings.host} is reachable from other machines and no authentication is configured: ` +
        'set keys or jwt, or say --insecure (CAIRN_INSECURE=true)',
    );
  }
  return mistakes;
}

/** Mistakes of access rights and tenants. */
function mistakesOfRights(settings: Settings): string[] {
  const mistakes: string[] = [];
  for (const { name, scopes, operate } of settings.keys) {
    if (scopes !== undefined && operate !== undefined)
      mistakes.push(
        `keys: ${name}: has both scopes and operate: write cairn/operate (and cairn/audit, cairn/purge) into scopes instead`,
      );
    const odd = scopes?.find((scope) => !Object.values(keyScopes).some((known) => grants(scope, known)));
    if (odd !== undefined)
      mistakes.push(`keys: ${name}: ${odd} grants nothing here; scopes are ${Object.values(keyScopes).join(', ')}`);
  }
  if (!usesTenants(settings)) return mistakes;
  for (const { name, when } of settings.receivers) {
    if (when?.tenants === undefined)
      mistakes.push(
        `receivers: ${name}: with tenants, a receiver must name the tenants whose documents it gets: set when.tenants ("*" for all)`,
      );
  }
  if (new Set(settings.tenants.map(({ name }) => name)).size < settings.tenants.length)
    mistakes.push('tenants: two tenants have the same name');
  return mistakes;
}

function holdsCertificates(text: string): boolean {
  try {
    return certificatesIn(text).length > 0;
  } catch {
    return false;
  }
}

function holdsKeys(text: string): boolean {
  try {
    const value = JSON.parse(text) as { keys?: unknown } | null;
    return Array.isArray(value?.keys) && value.keys.length > 0;
  } catch {
    return false;
  }
}
