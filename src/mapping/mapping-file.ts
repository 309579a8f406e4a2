import type { Node as JsonNode, ParseError } from 'jsonc-parser';
import { jsonPositions, STRICT_JSON } from '../json-place.js';
import { ownValue } from '../own-value.js';
import type { Mistake } from './mapping-error.js';

/** A JSON file of the mapping set. */
export interface MappingFile {
  /** Path inside the mapping set, with `/`: `medications/medication-activity.json`. */
  readonly path: string;
  readonly text: string;
  /** Undefined if the text is not JSON. */
  readonly value: unknown;
  /** If a sender's patch changed the file: the two files that it was made from. */
  readonly patched?: { readonly base: MappingFile; readonly patch: MappingFile };
}

/**
 * Parses a file. Syntax errors and repeated keys go to `mistakes`. It is strict JSON: no comments, no trailing commas.
 */
export function parseMappingFile(path: string, text: string, mistakes: Mistake[]): MappingFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The slower parser tells where the mistake is and what it is. It is used only then.
    const { parseTree, printParseErrorCode } = jsonPositions();
    const errors: ParseError[] = [];
    parseTree(text, errors, STRICT_JSON);
    for (const { error, offset } of errors.slice(0, 1)) {
      const code = printParseErrorCode(error);
      // Something that is missing is missing after the text before it, not where the parser stopped.
      const missing = code.endsWith('Expected');
      const at = missing ? text.slice(0, offset).trimEnd().length : offset;
      mistakes.push({ file: path, ...place(text, at), message: `not JSON: ${ownValue(SYNTAX_ERRORS, code) ?? code}` });
    }
    return { path, text, value };
  }
  if (keysWritten(text) > keysOf(value)) {
    const root = jsonPositions().parseTree(text, [], STRICT_JSON);
    if (root !== undefined) reportRepeatedKeys(path, text, root, mistakes);
  }
  return { path, text, value };
}

/** A file that was checked before. */
export function checkedMappingFile(path: string, text: string): MappingFile {
  return { path, text, value: JSON.parse(text) as unknown };
}

/** The parser's error codes in plain words. */
const SYNTAX_ERRORS: Readonly<Record<string, string>> = {
  CommaExpected: 'a comma is missing here',
  ColonExpected: 'a colon is missing here',
  ValueExpected: 'a value is missing here, or there is a comma too many',
  PropertyNameExpected: 'a name in quotation marks is missing here, or there is a comma too many',
  CloseBraceExpected: 'a closing } is missing here',
  CloseBracketExpected: 'a closing ] is missing here',
  InvalidSymbol: 'this is no value; a text must stand in quotation marks',
  InvalidCommentToken: 'JSON has no comments; use "$comment"',
  UnexpectedEndOfString: 'a text ends with a quotation mark, on its own line',
  EndOfFileExpected: 'nothing may follow the end',
};

/**
 * An upper limit for the number of keys: texts that begin with a colon, or have one after a quotation mark, are counted
 * too.
 */
function keysWritten(text: string): number {
  return text.match(/"\s*:/g)?.length ?? 0;
}

function keysOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) for (const item of value) count += keysOf(item);
  else for (const key in value) count += 1 + keysOf((value as Readonly<Record<string, unknown>>)[key]);
  return count;
}

/**
 * Line and column of the value at a JSON pointer, or of its key (with `'key'`); else of the nearest place around it.
 */
export function locate(
  file: MappingFile,
  pointer: string,
  part: 'key' | 'value' = 'value',
): { line: number; column: number } {
  const segments = pointer === '' ? [] : pointer.slice(1).split('/').map(unescapePointer);
  const { findNodeAtLocation, parseTree } = jsonPositions();
  const root = parseTree(file.text, [], STRICT_JSON);
  while (root !== undefined) {
    const found = findNodeAtLocation(
      root,
      segments.map((segment) => (/^\d+$/.test(segment) ? Number(segment) : segment)),
    );
    if (found !== undefined) {
      const key = found.parent?.type === 'property' ? found.parent.children?.[0] : undefined;
      return place(file.text, part === 'key' && key !== undefined ? key.offset : found.offset);
    }
    if (segments.pop() === undefined) break;
  }
  return { line: 1, column: 1 };
}

/** The syntax tree of a JSON text, with offsets. */
export function jsonTree(text: string): JsonNode | undefined {
  return jsonPositions().parseTree(text, [], STRICT_JSON);
}

/** The name of a file without its folders: `words/nothing.json` is `nothing`. */
export function baseName({ path }: Pick<MappingFile, 'path'>): string {
  return path.replace(/^.*\//, '').replace(/\.json$/, '');
}

/** Escapes a key for a JSON pointer (RFC 6901, 3). */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

export function unescapePointer(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** The value at a JSON pointer; undefined if there is none. */
export function valueAtPointer(value: unknown, pointer: string): unknown {
  let at = value;
  for (const key of pointer.split('/').slice(1).map(unescapePointer)) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[key];
  }
  return at;
}

function place(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}

/**
 * Reports repeated keys. JSON.parse silently keeps only the last of two equal keys, so an author would lose the first.
 */
function reportRepeatedKeys(path: string, text: string, node: JsonNode, mistakes: Mistake[]): void {
  if (node.type === 'object') {
    const seen = new Set<unknown>();
    for (const property of node.children ?? []) {
      const key = property.children?.[0];
      if (key === undefined) continue;
      if (seen.has(key.value)) {
        mistakes.push({
          file: path,
          ...place(text, key.offset),
          message: `the key "${String(key.value)}" is here twice`,
        });
      }
      seen.add(key.value);
    }
  }
  for (const inner of node.children ?? []) reportRepeatedKeys(path, text, inner, mistakes);
}
