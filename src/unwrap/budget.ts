import { EnvelopeError } from './envelope-error.js';

/**
 * How much one envelope may hold, with everything that is nested in it. Without these limits a small compressed file
 * could fill the machine ("zip bomb").
 */
export interface UnwrapLimits {
  /** How many envelopes may lie inside each other. */
  readonly depth: number;
  /** How many files there may be in all. */
  readonly files: number;
  /** How many bytes all files together may have, after decompression. */
  readonly bytes: number;
}

const MEGABYTE = 2 ** 20;
/** Real documents compress to a tenth or a twentieth of their length; a zip bomb compresses to a thousandth. */
const TIMES_INPUT = 200;
const LEAST = 64 * MEGABYTE;
const MOST = 1024 * MEGABYTE;

/** The default limits for an envelope of `length` bytes: 200 times its length, but at least 64 MB and at most 1 GB. */
export function unwrapLimitsFor(length: number): UnwrapLimits {
  return { depth: 6, files: 20_000, bytes: Math.min(Math.max(LEAST, TIMES_INPUT * length), MOST) };
}

/** Counts what has been taken out so far. */
export class Budget {
  #files = 0;
  #bytes = 0;

  constructor(readonly limits: UnwrapLimits) {}

  /** How many bytes a file may still have. */
  get room(): number {
    return this.limits.bytes - this.#bytes;
  }

  /**
   * Counts one more file of so many bytes.
   * @throws EnvelopeError `too-costly` if a limit is passed
   */
  takeFile(bytes: number): void {
    this.#files++;
    if (this.#files > this.limits.files) {
      throw new EnvelopeError('too-costly', `the envelope holds more than ${this.limits.files} files`);
    }
    if (bytes > this.room) {
      throw new EnvelopeError('too-costly', `the files of the envelope have more than ${this.limits.bytes} bytes`);
    }
    this.#bytes += bytes;
  }
}
