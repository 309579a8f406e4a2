import {
  findNodeAtLocation,
  parseTree,
  printParseErrorCode,
  type Node as JsonNode,
  type ParseError,
} from 'jsonc-parser';
import type { Mistake } from './mapping-error.js';

/** A JSON file of the mapping set, with the way back from a value to its line. */
export interface MappingFile {
  /** Path inside the mapping set, with `/`: `medications/medication-activity.json`. */
  readonly path: string;
  readonly text: string;
  readonly value: unknown;
  readonly root: JsonNode | undefined;
}

/** Parses a file; syntax errors and repeated keys go to `mistakes`. JSON proper: no comments, no trailing commas. */
export function parseMappingFile(path: string, text: string, mistakes: Mistake[]): MappingFile {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  for (const error of errors) {
    mistakes.push({
      file: path,
      ...place(text, error.offset),
      message: `not JSON: ${printParseErrorCode(error.error)}`,
    });
  }
  let value: unknown;
  if (errors.length === 0 && root !== undefined) {
    value = JSON.parse(text);
    reportRepeatedKeys(path, text, root, mistakes);
  }
  return { path, text, value, root };
}

/** Line and column of the value at a JSON pointer (its key, with `'key'`), or of its nearest ancestor. */
export function locate(
  file: MappingFile,
  pointer: string,
  part: 'key' | 'value' = 'value',
): { line: number; column: number } {
  const segments = pointer === '' ? [] : pointer.slice(1).split('/').map(unescape);
  while (file.root !== undefined) {
    const found = findNodeAtLocation(
      file.root,
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

/** Escapes a key for a JSON pointer (RFC 6901, 3). */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function unescape(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}

function place(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}

/** JSON.parse keeps the last of two equal keys in silence; an author who wrote both lost one. */
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
