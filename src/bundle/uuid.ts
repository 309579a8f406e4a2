import * as crypto from 'node:crypto';

/**
 * A name-based UUID (RFC 4122, 4.3, version 5) in lower case: the same name in the same namespace gives the same.
 *
 *   uuidV5(namespaceBytes('6ba7b810-9dad-11d1-80b4-00c04fd430c8'), 'www.example.com')
 *     // '2ed6657d-e927-568b-95e1-2665a8aea6a2'
 */
export function uuidV5(namespace: Uint8Array, name: string): string {
  const hash = sha1(Buffer.concat([namespace, Buffer.from(name)]));
  // The version and the two bits of the variant take the place of what the hash has there.
  const variant = VARIANTS[parseInt(hash[16]!, 16) & 3]!;
  const parts = [hash.slice(0, 8), hash.slice(8, 12), `5${hash.slice(13, 16)}`, variant + hash.slice(17, 20)];
  // Joined: a text put together by `+` keeps its pieces, and ids live as long as the Bundle.
  return [...parts, hash.slice(20, 32)].join('-');
}

/** In one call where Node has it (20.12): a Hash object for each id costs more than its hash. */
const inOneCall = (crypto as { readonly hash?: typeof crypto.hash }).hash;
const sha1 = (bytes: Uint8Array): string =>
  inOneCall?.('sha1', bytes) ?? crypto.createHash('sha1').update(bytes).digest('hex');

const VARIANTS = '89ab';

/** The 16 bytes of a UUID that is a namespace. */
export function namespaceBytes(uuid: string): Uint8Array {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}
