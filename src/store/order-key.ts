import type { DocumentFacts } from './records.js';

/**
 * The order of documents that say the same thing, as a text that sorts in that order: by their own time, then by
 * version, then by receipt. A document without a time counts as older than one with a time. A time without an offset
 * counts as UTC, because two documents that are compared were mostly written by the same system.
 */
export function orderKey({ effective, version }: Pick<DocumentFacts, 'effective' | 'version'>, seq: number): string {
  return [padded(milliseconds(effective), 15), padded(version ?? 0, 10), padded(seq, 15)].join('-');
}

/**
 * The order of the versions in one set: by number first, as HL7 defines it (CDA R2, 4.2.1.8), then by time, then by
 * receipt.
 */
export function versionKey({ effective, version }: Pick<DocumentFacts, 'effective' | 'version'>, seq: number): string {
  return [padded(version ?? 0, 10), padded(milliseconds(effective), 15), padded(seq, 15)].join('-');
}

function milliseconds(effective: string | undefined): number {
  const time = effective === undefined ? NaN : Date.parse(effective);
  // Shifted, so that times before 1970 have no sign either.
  return Number.isNaN(time) ? 0 : time + 100_000_000_000_000;
}

function padded(value: number, width: number): string {
  return String(Math.max(0, value)).padStart(width, '0');
}
