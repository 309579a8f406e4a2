import { convertEach } from '../convert-each.js';
import type { Conversion, Converter } from '../conversion.js';
import { wayOf } from '../unwrap/part.js';
import type { DocumentSettings } from './command.js';
import { place } from './complaints.js';
import { optionsOf } from './document.js';

/** What became of one part of an envelope. */
export type EnvelopePart =
  | { readonly kind: 'converted'; readonly conversion: Conversion; readonly name: string; readonly bytes: number }
  | { readonly kind: 'failed'; readonly complaint: string };

/** Converts the documents of an envelope one after the other; a part that fails is a line that names its place. */
export async function* convertEnvelope(
  converter: Converter,
  bytes: Uint8Array,
  name: string,
  settings: DocumentSettings,
): AsyncGenerator<EnvelopePart> {
  for await (const one of convertEach(converter, bytes, optionsOf(settings), { name })) {
    if (one.kind === 'problem') {
      yield { kind: 'failed', complaint: `${at(name, wayOf(one.steps))}: ${one.text}` };
    } else if (one.kind === 'refused') {
      const { message, line, column } = one.error;
      yield { kind: 'failed', complaint: `${place(at(name, wayOf(one.document.steps)), line, column)}: ${message}` };
    } else {
      const { document, conversion } = one;
      yield { kind: 'converted', conversion, name: document.name, bytes: document.bytes.length };
    }
  }
}

function at(name: string, way: string): string {
  return way === '' ? name : `${name} (${way})`;
}
