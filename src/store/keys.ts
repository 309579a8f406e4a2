/**
 * Encryption above the database: AES-256-GCM with a key for each document. That key is kept encrypted ("wrapped") by
 * the master key. So if the key of a document is deleted, the document is gone in every copy; and for a new master key
 * no document has to be rewritten.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** The bytes were not sealed under this key and with these words. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

/** The secrets by which an encrypted store is read and written. */
export interface Secrets {
  readonly master: Uint8Array;
  /** The key for identifiers (`blind`). It stays the same when the master key changes. */
  readonly index: Uint8Array;
}

export function newEncryptionKey(): Buffer {
  return randomBytes(KEY_BYTES);
}

/**
 * Encrypts bytes.
 * @param words what the bytes are and whose they are; with other words they can't be opened (associated data)
 */
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

/**
 * Turns a value into a text. The same value always gives the same text, and without the key nobody can find or test the
 * value.
 */
export function blind(key: Uint8Array, value: string): string {
  return createHmac('sha256', key).update(value, 'utf8').digest('base64url');
}

/** The key for the ids of a tenant. The tenant without a name uses the key of the store itself. */
export function indexKeyOf(index: Uint8Array, tenant: string): Uint8Array {
  return tenant === '' ? index : createHmac('sha256', index).update(`tenant ${tenant}`, 'utf8').digest();
}

/**
 * Reads a master key from its file: 32 bytes as they are, in hexadecimal digits, or in base64.
 *
 *   openssl rand -hex 32 > master.key
 *
 * @returns undefined if it is none of these
 */
export function readMasterKey(content: Uint8Array): Buffer | undefined {
  if (content.length === KEY_BYTES) return Buffer.from(content);
  const text = Buffer.from(content).toString('latin1').trim();
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  const bytes = Buffer.from(text, 'base64');
  return /^[A-Za-z0-9+/]{43}=$/.test(text) && bytes.length === KEY_BYTES ? bytes : undefined;
}

/** The words with which the key of a document is sealed. */
export function keyWords(document: string): string {
  return `key of ${document}`;
}
