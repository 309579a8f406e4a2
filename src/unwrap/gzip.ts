import { promisify } from 'node:util';
import { gunzip as gunzipCallback } from 'node:zlib';
import type { Budget } from './budget.js';
import { EnvelopeError } from './envelope-error.js';
import type { Inner } from './part.js';

const gunzip = promisify(gunzipCallback);

/** Opens a gzip file, which holds exactly one file. */
export async function* openGzip(bytes: Uint8Array, budget: Budget): AsyncGenerator<Inner> {
  let inflated: Buffer;
  try {
    inflated = await gunzip(bytes, { maxOutputLength: Math.max(1, budget.room) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new EnvelopeError('too-costly', 'the gzip file inflates to more bytes than an envelope may hold');
    }
    throw new EnvelopeError('structure', 'the gzip file is damaged or not whole');
  }
  budget.takeFile(inflated.length);
  yield { bytes: inflated, step: { kind: 'gzip', place: '' }, name: '', facts: {}, maybe: false };
}
