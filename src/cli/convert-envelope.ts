import { convertEach } from '../convert-each.js';
import type { Conversion, Converter } from '../conversion.js';
import { LimitError } from '../limit-error.js';
import { wayOf } from '../unwrap/part.js';
import type { DocumentSettings } from './command.js';
import { place } from './complaints.js';
import { convertOptionsOf } from './document.js';

/** The result of one part of an envelope. */
export type EnvelopePart =
  | { readonly kind: 'converted'; readonly conversion: Conversion; readonly name: string; readonly bytes: number }
  | { readonly kind: 'failed'; readonly complaint: string };

/** Converts the documents of an envelope one after the other. A part that fails becomes a line with its place. */
export async function* convertEnvelope(
  converter: Converter,
  bytes: Uint8Array,
  name: string,
  settings: DocumentSettings,
): AsyncGenerator<EnvelopePart> {
  for await (const one of convertEach(converter, bytes, convertOptionsOf(settings), { name })) {
    if (one.kind === 'problem') {
      const { steps, text, line = 0, column = 0 } = one;
      yield { kind: 'failed', complaint: `${place(at(name, wayOf(steps)), line, column)}: ${text}` };
    } else if (one.kind === 'refused') {
      const { error, document } = one;
      const where = at(name, wayOf(document.steps));
      const told = error instanceof LimitError ? where : place(where, error.line, error.column);
      yield { kind: 'failed', complaint: `${told}: ${error.message}` };
    } else {
      const { document, conversion } = one;
      yield { kind: 'converted', conversion, name: document.name, bytes: document.bytes.length };
    }
  }
}

function at(name: string, way: string): string {
  return way === '' ? name : `${name} (${way})`;
}
