import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/**
 * A text or a black and white image is compressed to a hundredth at most. Data that claims more is there to fill the
 * memory.
 */
const MOST_TIMES = 100;
/** The largest file that is inflated: 32 MB. */
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * Inflates what an ED compressed (CDA R2, data types 1.0, ED.compression: DF deflate, GZ gzip, ZL zlib). All three are
 * recognized whatever the ED says, because senders mix them up. Undefined if the bytes are of none of these kinds, or
 * would be too many.
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
      // Plain deflate data may begin like zlib data, so it is tried too.
    }
  }
  return undefined;
}

/** The media type for bytes that can't be inflated. It is never the type that the inflated file would have. */
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
