import { whenNeeded } from './when-needed.js';

/** Parses JSON with positions. It is loaded only if there is a mistake. */
export const jsonPositions = whenNeeded('jsonc-parser') as () => typeof import('jsonc-parser');

/** JSON as RFC 8259 has it: no comments, no comma too many. */
export const STRICT_JSON = { disallowComments: true, allowTrailingComma: false };

/** Thrown to stop the parser at the first mistake. */
class Found extends Error {
  constructor(
    readonly line: number,
    readonly column: number,
  ) {
    super();
  }
}

/**
 * Where a text stops being JSON, counted from 1; 0 and 0 if that cannot be told. Ask only about a text that is not JSON.
 *
 *   placeOfJsonMistake('{\n  "a": }') // { line: 2, column: 8 }
 */
export function placeOfJsonMistake(text: string): { readonly line: number; readonly column: number } {
  const onError = (_error: number, _offset: number, _length: number, line: number, character: number): never => {
    throw new Found(line + 1, character + 1);
  };
  try {
    jsonPositions().visit(text, { onError }, STRICT_JSON);
  } catch (error) {
    if (error instanceof Found) return { line: error.line, column: error.column };
    // So many brackets inside each other that the parser has no room.
    if (!(error instanceof RangeError)) throw error;
  }
  return { line: 0, column: 0 };
}
