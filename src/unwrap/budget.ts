import { EnvelopeError } from './envelope-error.js';

/** How much one envelope may hold, all that is nested in it counted: a small bomb must not fill the machine. */
export interface UnwrapLimits {
  /** Envelopes within each other. */
  readonly depth: number;
  /** Files in all. */
  readonly files: number;
  /** Bytes of all files, as they come out. */
  readonly bytes: number;
}

const MEGABYTE = 2 ** 20;
/** Documents pack to a tenth or twentieth of their length, a bomb to a thousandth. */
const TIMES_INPUT = 200;
const LEAST = 64 * MEGABYTE;
const MOST = 1024 * MEGABYTE;

/** What an envelope of so many bytes may hold where nobody says otherwise: in proportion, at least 64 MB and at most 1 GB. */
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

  /** @throws EnvelopeError `too-costly` */
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
