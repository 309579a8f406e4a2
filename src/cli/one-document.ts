/** The document that a command of the author is about. */
import { isEnvelope } from '../unwrap/kind.js';
import { unwrap } from '../unwrap/unwrap.js';
import { wayOf } from '../unwrap/part.js';
import { DocumentError } from '../xml/document-error.js';

/** A document, and how messages name it. */
export interface OneDocument {
  readonly bytes: Uint8Array;
  /** The file, and the way through an envelope: `feed.zip (zip a.xml)`. */
  readonly name: string;
}

/**
 * The document in the bytes of a file. An envelope with one document is opened.
 *
 * @throws DocumentError if an envelope holds no document, or several, or can't be opened
 */
export async function oneDocument(bytes: Uint8Array, name: string): Promise<OneDocument> {
  if (!isEnvelope(bytes)) return { bytes, name };
  const found: OneDocument[] = [];
  for await (const part of unwrap(bytes, { name })) {
    if (part.kind === 'document') found.push({ bytes: part.bytes, name: `${name} (${wayOf(part.steps)})` });
    else if (found.length === 0) {
      const { code, text, line = 0, column = 0 } = part;
      throw new DocumentError(code, text, line, column);
    }
    if (found.length > 1) break;
  }
  const [only, second] = found;
  if (only !== undefined && second === undefined) return only;
  throw new DocumentError(
    'not-supported',
    'It is an envelope around several documents; cairn unwrap FILE --out DIR writes them, each in a file.',
  );
}
