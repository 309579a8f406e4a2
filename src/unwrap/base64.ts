import type { Budget } from './budget.js';
import { EnvelopeError } from './envelope-error.js';
import type { Inner } from './part.js';

/** Opens a file whose whole content is base64 text. */
export function* openBase64(bytes: Uint8Array, budget: Budget): Generator<Inner> {
  const decoded = decodeBase64(Buffer.from(bytes).toString('latin1'), 'the base64 text');
  budget.takeFile(decoded.length);
  yield { bytes: decoded, step: { kind: 'base64', place: '' }, name: '', facts: {}, maybe: false };
}

/**
 * Decodes base64, also the URL-safe alphabet, with or without blanks and padding.
 *
 *   decodeBase64('PHhtbC8+', 'the data')  // the bytes of '<xml/>'
 *
 * @param what names the text in the error message: `the data of the BDS segment`
 * @throws EnvelopeError if the text is empty, cut off, or has a character that base64 does not have
 */
export function decodeBase64(text: string, what: string): Buffer {
  const packed = text.replace(/[\s\0]+/g, '');
  if (packed === '') throw new EnvelopeError('structure', `${what} is empty`);
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(packed)) throw new EnvelopeError('structure', `${what} is not base64`);
  if (packed.replace(/=+$/, '').length % 4 === 1) throw new EnvelopeError('structure', `${what} is cut off`);
  return Buffer.from(packed, 'base64');
}
