/**
 * What does not become part of the tree: comments and processing instructions (XML 1.0, 2.5 and 2.6), and the XML
 * declaration (2.8).
 */
import { checkCharacters, isBlank, skipBlank, skipName, type Characters } from './characters.js';
import { illFormed, notSupported, unquotedValue } from './fault.js';

/** The offset after the comment that begins at `offset`. */
export function skipComment(text: Characters, offset: number): number {
  const { source } = text;
  const first = offset + '<!--'.length;
  const dashes = source.indexOf('--', first);
  checkCharacters(text, first, dashes === -1 ? source.length : dashes);
  if (dashes === -1) throw illFormed(source, offset, 'the comment does not end');
  if (source[dashes + 2] !== '>') throw illFormed(source, dashes, 'a comment must not hold "--"');
  return dashes + '-->'.length;
}

/** The offset after the processing instruction that begins at `offset`. */
export function skipInstruction(text: Characters, offset: number): number {
  const { source, codes } = text;
  const start = offset + '<?'.length;
  const nameEnd = skipName(codes, start);
  if (nameEnd === start) throw illFormed(source, offset, 'a processing instruction must begin with a name');
  const target = source.slice(start, Math.min(nameEnd, start + 4));
  if (target.toLowerCase() === 'xml') {
    throw illFormed(source, offset, 'the XML declaration may stand only at the very start of the document');
  }
  if (source.slice(start, nameEnd).includes(':')) {
    throw illFormed(source, offset, 'the name of a processing instruction must not hold a colon');
  }
  const end = source.indexOf('?>', nameEnd);
  checkCharacters(text, nameEnd, end === -1 ? source.length : end);
  if (end === -1) throw illFormed(source, offset, 'the processing instruction does not end');
  if (end > nameEnd && !isBlank(codes[nameEnd]!)) {
    throw illFormed(source, nameEnd, 'white space must follow the name of a processing instruction');
  }
  return end + '?>'.length;
}

/**
 * Skips white space, comments and processing instructions before or after the root element, and answers the offset of
 * what follows.
 */
export function skipMiscellany(text: Characters, offset: number): number {
  const { source, codes } = text;
  let i = offset;
  for (;;) {
    i = skipBlank(codes, i);
    if (source.startsWith('<!--', i)) i = skipComment(text, i);
    else if (source.startsWith('<?', i)) i = skipInstruction(text, i);
    else if (source.startsWith('<!DOCTYPE', i)) {
      throw notSupported(source, i, 'the document has a DOCTYPE; document type definitions are not supported');
    } else return i;
  }
}

const blank = '[ \\t\\r\\n]';
const equals = `${blank}*=${blank}*`;
const declaration = new RegExp(
  `<\\?xml${blank}+version${equals}(?:"1\\.[0-9]+"|'1\\.[0-9]+')` +
    `(?:${blank}+encoding${equals}(?:"[A-Za-z][A-Za-z0-9._-]*"|'[A-Za-z][A-Za-z0-9._-]*'))?` +
    `(?:${blank}+standalone${equals}(?:"(?:yes|no)"|'(?:yes|no)'))?${blank}*\\?>`,
  'y',
);

/** The offset after the XML declaration; 0 if there is none. */
export function skipDeclaration(source: string): number {
  if (!/^<\?xml[ \t\r\n]/.test(source)) return 0;
  declaration.lastIndex = 0;
  if (declaration.test(source)) return declaration.lastIndex;
  const value = /^<\?xml[ \t\r\n]+[a-z]+[ \t\r\n]*=(?=3D["'])/.exec(source);
  if (value !== null) throw unquotedValue(source, value[0].length);
  throw illFormed(source, 0, 'the XML declaration must be like <?xml version="1.0" encoding="UTF-8"?>');
}
