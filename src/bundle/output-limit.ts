import { LimitError } from '../limit-error.js';
import { OptionError } from '../option-error.js';

const MEGABYTE = 1_000_000;

/** A real document becomes at most twice as long; twenty times is what no honest one needs. */
const TIMES_INPUT = 20;
const LEAST = 16 * MEGABYTE;
/** From here on a JSON text is longer than a string can be. */
const MOST = 500 * MEGABYTE;

/** The most that may be made of a document of so many bytes, in bytes. @throws OptionError */
export function outputLimit(bytes: number, megabytes: number | undefined): number {
  if (megabytes === undefined) return Math.min(Math.max(LEAST, bytes * TIMES_INPUT), MOST);
  if (!(megabytes > 0)) throw new OptionError('the output limit must be a number of megabytes above 0');
  return megabytes * MEGABYTE;
}

/** Stops where what was made is over the limit. `what` names it: `the Bundle`. @throws LimitError */
export function refuseOver(limit: number, length: number, what: string): void {
  if (length > limit)
    throw new LimitError('output', `${what} would be larger than the output limit of ${inWords(limit)}`);
}

function inWords(limit: number): string {
  return `${Number((limit / MEGABYTE).toFixed(3))} MB`;
}

/**
 * How long a value is as JSON, a few in a hundred more or less: quotes inside of texts are not counted. Counting ends once
 * it is over the limit, so a text that stands in a thousand places is not counted a thousand times.
 */
export function lengthOf(value: unknown, limit: number): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return String(value).length;
  let length = 2;
  if (Array.isArray(value)) {
    for (const item of value) {
      length += lengthOf(item, limit - length) + 1;
      if (length > limit) return length;
    }
    return length;
  }
  for (const key in value) {
    length += key.length + 4 + lengthOf((value as Record<string, unknown>)[key], limit - length);
    if (length > limit) return length;
  }
  return length;
}
