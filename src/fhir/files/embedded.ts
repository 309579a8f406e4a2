import { peek, type Reading } from '../../cda/reading.js';
import { nameId } from '../../cda/vocabulary.js';
import type { Node } from '../../xml/tree.js';
import { asBase64, ownCharacters } from '../types/base64.js';
import { inflated } from './inflate.js';

const COMPRESSION = nameId('compression');

/** A file in an ED, as its sender put it there. */
export interface EmbeddedFile {
  readonly bytes: Buffer;
  /** `whole` as it is, `inflated` where it was compressed, `compressed` where it could not be inflated. */
  readonly state: 'whole' | 'inflated' | 'compressed';
}

/** The bytes of an ED in base64, inflated where it says that they are compressed; undefined where it is no base64. */
export function embeddedFile(reading: Reading, node: Node): EmbeddedFile | undefined {
  const base64 = asBase64(ownCharacters(reading, node));
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  const compression = compressionOf(reading, node);
  if (compression === '') return { bytes, state: 'whole' };
  const whole = inflated(bytes, compression);
  return whole === undefined ? { bytes, state: 'compressed' } : { bytes: whole, state: 'inflated' };
}

/** `DF`, `GZ`; empty where the ED says nothing of it. */
export function compressionOf(reading: Reading, node: Node): string {
  return peek(reading, node, COMPRESSION)?.trim().toUpperCase() ?? '';
}
