import type { DocumentFacts } from './records.js';

/**
 * The order in which documents tell of the same thing, as text that compares like it: by their own time, then by version,
 * then by receipt. What has no time is older than what has one; a time without a zone is taken as UTC, since two that are
 * compared were mostly written by the same system.
 */
export function orderKey({ effective, version }: Pick<DocumentFacts, 'effective' | 'version'>, seq: number): string {
  return [padded(milliseconds(effective), 15), padded(version ?? 0, 10), padded(seq, 15)].join('-');
}

/** The order of versions of one set: the number first, as HL7 means it (CDA R2, 4.2.1.8), then the time, then receipt. */
export function versionKey({ effective, version }: Pick<DocumentFacts, 'effective' | 'version'>, seq: number): string {
  return [padded(version ?? 0, 10), padded(milliseconds(effective), 15), padded(seq, 15)].join('-');
}

function milliseconds(effective: string | undefined): number {
  const time = effective === undefined ? NaN : Date.parse(effective);
  // Shifted, so that a time before 1970 is a number without a sign, too.
  return Number.isNaN(time) ? 0 : time + 100_000_000_000_000;
}

function padded(value: number, width: number): string {
  return String(Math.max(0, value)).padStart(width, '0');
}
