/**
 * Text to bytes piece by piece. The JSON of a 50 MB document has 100 MB: as one string, next to its Bundle, it would
 * fill the heap. Bytes are outside the heap.
 */
const FIRST = 65_536;

export function encode(pieces: Iterable<string>): Uint8Array {
  let bytes = Buffer.allocUnsafeSlow(FIRST);
  let length = 0;
  for (const piece of pieces) {
    // A UTF-16 unit becomes at most three bytes.
    const most = length + piece.length * 3;
    if (most > bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(most, bytes.length * 2));
      bytes.copy(larger, 0, 0, length);
      bytes = larger;
    }
    length += bytes.write(piece, length, 'utf8');
  }
  return bytes.subarray(0, length);
}
