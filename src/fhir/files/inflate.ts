import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/** A text or an image without colour becomes this much smaller at most; what claims more is there to fill memory. */
const MOST_TIMES = 100;
/** No file of a document is larger: 32 MB. */
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * The bytes that an ED compressed (CDA R2, data types 1.0, ED.compression: DF deflate, GZ gzip, ZL zlib), or undefined
 * where they are not of that kind, or would be too many. Whichever of the three they are counts: senders mix them up.
 *
 *   inflated(gzipSync('Rest.'), 'GZ')?.toString() // 'Rest.'
 */
export function inflated(compressed: Buffer, compression: string): Buffer | undefined {
  if (!['DF', 'GZ', 'ZL'].includes(compression)) return undefined;
  const options = { maxOutputLength: Math.min(MOST_BYTES, MOST_TIMES * Math.max(compressed.length, 100)) };
  const ways = isGzip(compressed)
    ? [gunzipSync]
    : isZlib(compressed)
      ? [inflateSync, inflateRawSync]
      : [inflateRawSync];
  for (const way of ways) {
    try {
      return way(compressed, options);
    } catch {
      // Bare deflate may begin like zlib.
    }
  }
  return undefined;
}

/** What bytes that can't be inflated are: never what they would be once inflated. */
export function typeOfCompressed(compressed: Buffer): string {
  if (isGzip(compressed)) return 'application/gzip';
  return isZlib(compressed) ? 'application/zlib' : 'application/octet-stream';
}

function isGzip(data: Buffer): boolean {
  return data[0] === 0x1f && data[1] === 0x8b;
}

/** RFC 1950, 2.2: method 8, and the first two bytes are a multiple of 31. */
function isZlib(data: Buffer): boolean {
  return data.length > 2 && (data[0]! & 0x0f) === 8 && data[0]! >> 4 <= 7 && (data[0]! * 256 + data[1]!) % 31 === 0;
}
