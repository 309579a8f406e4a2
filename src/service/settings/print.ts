import type { Settings } from './schema.js';

const HIDDEN = '(hidden)';

/** The effective settings as JSON text, without secrets: no hashes of keys, and no passwords inside addresses. */
export function printableSettings(settings: Settings): string {
  return JSON.stringify(
    {
      ...settings,
      keys: settings.keys.map((key) => ({ ...key, hash: HIDDEN })),
      ...(settings.store === undefined ? {} : { store: withoutSecrets(settings.store) }),
      ...(settings.jwt === undefined ? {} : { jwt: { ...settings.jwt, jwks: withoutSecrets(settings.jwt.jwks) } }),
    },
    undefined,
    2,
  );
}

function withoutSecrets(address: string): string {
  // `URL` does not accept `postgres://user:secret@/database?host=/run`.
  if (!URL.canParse(address)) return address.replace(/\/\/[^/@]*@/, '//hidden@').replace(/\?.*/, '?hidden');
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') [url.username, url.password] = ['hidden', 'hidden'];
  if (url.search !== '') url.search = '?hidden';
  return url.href;
}
