import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Transform } from 'node:stream';
import { ServiceError } from '../errors/service-error.js';

const CHUNK = 65_536;

/** The stream that undoes a Content-Encoding (RFC 9110 8.4.1), or undefined for none. @throws ServiceError 415 */
export function inflater(encoding: string | undefined): Transform | undefined {
  switch ((encoding ?? 'identity').trim().toLowerCase()) {
    case 'identity':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return createGunzip({ chunkSize: CHUNK });
    case 'deflate':
      return createInflate({ chunkSize: CHUNK });
    case 'br':
      return createBrotliDecompress({
        chunkSize: CHUNK,
        // A window of 16 MB at most, as the format has without its large-window extension. So the memory is bounded.
        params: { [constants.BROTLI_DECODER_PARAM_LARGE_WINDOW]: 0 },
      });
    default:
      throw new ServiceError(415, 'not-supported', 'Content-Encoding must be gzip, deflate or br.', {
        headers: { 'Accept-Encoding': 'gzip, deflate, br' },
      });
  }
}
