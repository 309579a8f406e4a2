import type { Budget } from './budget.js';
import { EnvelopeError } from './envelope-error.js';
import type { Inner } from './part.js';

/** A text that is nothing but base64. */
export function* openBase64(bytes: Uint8Array, budget: Budget): Generator<Inner> {
  const decoded = decodeBase64(Buffer.from(bytes).toString('latin1'), 'the base64 text');
  budget.takeFile(decoded.length);
  yield { bytes: decoded, step: { kind: 'base64', place: '' }, name: '', facts: {}, maybe: false };
}

/**
 * @param what it is, for the message
 * @throws EnvelopeError where there is a character that base64 has not, or nothing at all
 */
export function decodeBase64(text: string, what: string): Buffer {
  const packed = text.replace(/[\s\0]+/g, '');
  if (packed === '') throw new EnvelopeError('structure', `${what} is empty`);
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(packed)) throw new EnvelopeError('structure', `${what} is not base64`);
  if (packed.replace(/=+$/, '').length % 4 === 1) throw new EnvelopeError('structure', `${what} is cut off`);
  return Buffer.from(packed, 'base64');
}
