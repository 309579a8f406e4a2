import { DocumentError } from './document-error.js';

/** Both count from 1. Columns count UTF-16 units, as editors and JavaScript strings do. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Line and column of one offset, found by counting line ends. For many offsets use position.ts. */
export function placeOf(source: string, offset: number): Place {
  let line = 1;
  let lineStart = 0;
  for (let end = nextLine(source, 0); end !== -1 && end <= offset; end = nextLine(source, end)) {
    line++;
    lineStart = end;
  }
  return { line, column: offset - lineStart + 1 };
}

/** The offset after the next line end (XML 1.0, 2.11: CR LF, LF or CR), or -1. */
export function nextLine(source: string, from: number): number {
  for (let i = from; i < source.length; i++) {
    const c = source.charCodeAt(i);
    if (c === 0x0a) return i + 1;
    if (c === 0x0d) return source.charCodeAt(i + 1) === 0x0a ? i + 2 : i + 1;
  }
  return -1;
}

/** The document is not well-formed XML. */
export function illFormed(source: string, offset: number, message: string): DocumentError {
  const { line, column } = placeOf(source, offset);
  return new DocumentError('structure', message, line, column);
}

/** The document is over a limit (see limits.ts). */
export function tooCostly(source: string, offset: number, message: string): DocumentError {
  const { line, column } = placeOf(source, offset);
  return new DocumentError('too-costly', message, line, column);
}

/** The document may be XML, but has something that is not supported: a DTD, an encoding, a transfer encoding. */
export function notSupported(source: string, offset: number, message: string): DocumentError {
  const { line, column } = placeOf(source, offset);
  return new DocumentError('not-supported', message, line, column);
}

/** A tag lacks something; or the document ends inside the tag, and then the message says that. */
export function missingInTag(source: string, offset: number, message: string): DocumentError {
  return illFormed(source, offset, offset >= source.length ? 'the document ends inside a tag' : message);
}

/**
 * A value begins without a quote. If it begins with `=3D"`, the sender forgot to decode quoted-printable mail, and the
 * message says that.
 */
export function unquotedValue(source: string, offset: number): DocumentError {
  if (/^3D["']/.test(source.slice(offset, offset + 3))) {
    return notSupported(source, offset, 'the document is quoted-printable (=3D for =); decode it before sending it');
  }
  return missingInTag(source, offset, 'the value of an attribute must stand in quotes');
}
