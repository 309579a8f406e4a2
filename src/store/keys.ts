/**
 * Encryption above the database: AES-256-GCM with a key for each document, which is kept wrapped by the master key. So a document
 * whose key is gone is gone in every copy, and a new master key needs no document to be written anew.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** The bytes are not what was sealed under this key and with these words. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

export function newKey(): Buffer {
  return randomBytes(KEY_BYTES);
}

/** @param words what it is and whose: what was sealed with other words does not open (associated data) */
export function seal(key: Uint8Array, words: string, bytes: Uint8Array): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(words, 'utf8'));
  return Buffer.concat([iv, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

/** @throws SealError */
export function unseal(key: Uint8Array, words: string, sealed: Uint8Array): Buffer {
  const all = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  try {
    const decipher = createDecipheriv(ALGORITHM, key, all.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(words, 'utf8'))
      .setAuthTag(all.subarray(all.length - TAG_BYTES));
    return Buffer.concat([decipher.update(all.subarray(IV_BYTES, all.length - TAG_BYTES)), decipher.final()]);
  } catch {
    throw new SealError('what is sealed does not open with this key');
  }
}

/** The same value always gives the same text, that nobody without the key can go back from or try out. */
export function blind(key: Uint8Array, value: string): string {
  return createHmac('sha256', key).update(value, 'utf8').digest('base64url');
}

/** By which the ids of a tenant are made blind: of the one without a name by the store's own. */
export function indexKeyOf(index: Uint8Array, tenant: string): Uint8Array {
  return tenant === '' ? index : createHmac('sha256', index).update(`tenant ${tenant}`, 'utf8').digest();
}

/**
 * A master key as its file has it: 32 bytes as they are, in hexadecimal digits, or in base64.
 *
 *   openssl rand -hex 32 > master.key
 *
 * @returns undefined where it is none of these
 */
export function readMasterKey(content: Uint8Array): Buffer | undefined {
  if (content.length === KEY_BYTES) return Buffer.from(content);
  const text = Buffer.from(content).toString('latin1').trim();
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  const bytes = Buffer.from(text, 'base64');
  return /^[A-Za-z0-9+/]{43}=$/.test(text) && bytes.length === KEY_BYTES ? bytes : undefined;
}

/** What the key of a document is sealed with. */
export function keyWords(document: string): string {
  return `key of ${document}`;
}
