import type { Conversion, ConvertOptions, Converter } from './conversion.js';
import { LimitError } from './limit-error.js';
import { wayOf, type UnwrapProblem, type UnwrappedDocument } from './unwrap/part.js';
import { unwrap, type UnwrapOptions } from './unwrap/unwrap.js';
import { DocumentError } from './xml/document-error.js';

export type Converted =
  | { readonly kind: 'converted'; readonly document: UnwrappedDocument; readonly conversion: Conversion }
  | { readonly kind: 'refused'; readonly document: UnwrappedDocument; readonly error: DocumentError | LimitError }
  | UnwrapProblem;

/**
 * Converts every document in the bytes, in any envelopes, one after the other in the order of the envelope. A part that
 * can't be opened or converted is told in its place, and the next parts are still converted. So is one that takes too
 * long or becomes too large: the limits in the options are those of each document, not of all together.
 *
 *   for await (const one of convertEach(converter, await readFile('feed.zip')))
 * if (one.kind === 'converted') load(one.conversion.bundle);
 *
 * @throws OptionError
 */
export async function* convertEach(
  converter: Converter,
  bytes: Uint8Array,
  options: ConvertOptions = {},
  unwrapping: UnwrapOptions = {},
): AsyncGenerator<Converted> {
  for await (const part of unwrap(bytes, unwrapping)) {
    if (part.kind === 'problem') yield part;
    else yield convertUnwrapped(converter, part, options);
  }
}

function convertUnwrapped(converter: Converter, document: UnwrappedDocument, options: ConvertOptions): Converted {
  const { steps, facts, files } = document;
  const envelope = steps.length === 0 ? {} : { envelope: { way: wayOf(steps), facts }, files };
  try {
    return { kind: 'converted', document, conversion: converter.convert(document.bytes, { ...options, ...envelope }) };
  } catch (error) {
    if (!(error instanceof DocumentError || error instanceof LimitError)) throw error;
    return { kind: 'refused', document, error };
  }
}
