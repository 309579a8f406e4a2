import { isDeepStrictEqual } from 'node:util';
import { parseSelector } from '../xpath/grammar.js';
import type { Needs } from '../xpath/needs.js';
import { packSyntax, unpackSyntax } from '../xpath/packed-syntax.js';
import type { CheckedSet } from './checked-set.js';
import { loadMappings } from './load.js';
import { MappingError } from './mapping-error.js';

/** Checks a mapping set, in every version of US Core that it knows, and tells what that found out. */
export function checkSet(folder: string): CheckedSet {
  const syntax = new Map<string, string>();
  const needs = new Map<string, number | null>();
  /** Places of pieces that need one thing here and another there, as a fragment does in elements of several types. */
  const several = new Set<string>();
  const watching = {
    parse: (text: string) => {
      const parsed = parseSelector(text);
      const packed = packSyntax(parsed);
      // What could not be told again exactly is parsed.
      if (isDeepStrictEqual(unpackSyntax(packed, text), parsed)) syntax.set(text, packed);
      return parsed;
    },
    notePiece: (place: string, piece: Needs) => {
      const names = piece ?? null;
      if (needs.has(place) && needs.get(place) !== names) several.add(place);
      needs.set(place, names);
    },
  };
  let hash: string | undefined;
  try {
    const loaded = loadMappings(folder, watching);
    for (const version of Object.keys(loaded.editions.later)) loaded.edition(version, false);
    hash = loaded.hash;
  } catch (error) {
    // Mistakes in mappings are told where the mappings are used, not where Cairn is built.
    if (!(error instanceof MappingError)) throw error;
  }
  for (const place of several) needs.delete(place);
  return {
    ...(hash === undefined ? {} : { hash }),
    needs: Object.fromEntries(needs),
    syntax: Object.fromEntries(syntax),
  };
}
