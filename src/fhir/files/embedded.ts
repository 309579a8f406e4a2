import { peek, type Reading } from '../../cda/reading.js';
import { nameId } from '../../cda/vocabulary.js';
import type { Node } from '../../xml/tree.js';
import { asBase64, ownCharacters } from '../types/base64.js';
import { inflated } from './inflate.js';

const COMPRESSION = nameId('compression');

/** A file in an ED. */
export interface EmbeddedFile {
  readonly bytes: Buffer;
  /** `whole`: as it stood there. `inflated`: it was compressed. `compressed`: it could not be inflated. */
  readonly state: 'whole' | 'inflated' | 'compressed';
}

/** The file in an ED: its base64 decoded, and inflated if it is compressed. Undefined if it is not base64. */
export function embeddedFile(reading: Reading, node: Node): EmbeddedFile | undefined {
  const base64 = asBase64(ownCharacters(reading, node));
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  const compression = compressionOf(reading, node);
  if (compression === '') return { bytes, state: 'whole' };
  const whole = inflated(bytes, compression);
  return whole === undefined ? { bytes, state: 'compressed' } : { bytes: whole, state: 'inflated' };
}

/** `DF`, `GZ`; empty if the ED does not say that it is compressed. */
export function compressionOf(reading: Reading, node: Node): string {
  return peek(reading, node, COMPRESSION)?.trim().toUpperCase() ?? '';
}
