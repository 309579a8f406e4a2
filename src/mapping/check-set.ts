import { isDeepStrictEqual } from 'node:util';
import { parseSelector } from '../xpath/grammar.js';
import type { Needs } from '../xpath/needs.js';
import { packSyntax, unpackSyntax } from '../xpath/packed-syntax.js';
import type { CheckedSet } from './checked-set.js';
import { loadMappings } from './load.js';
import { MappingError } from './mapping-error.js';

/** Checks a mapping set in every version of US Core that it knows, and gives what a conversion need not check again. */
export function checkSet(folder: string): CheckedSet {
  const syntax = new Map<string, string>();
  const needs = new Map<string, number | null>();
  /**
   * The places of pieces whose needs differ, such as those of a fragment that is used for elements of several types.
   */
  const several = new Set<string>();
  const watching = {
    parse: (text: string) => {
      const parsed = parseSelector(text);
      const packed = packSyntax(parsed);
      // Only if unpacking gives exactly the same tree. Other selectors are parsed each time.
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
    // The build goes on if mappings have mistakes. They are told when the mappings are used.
    if (!(error instanceof MappingError)) throw error;
  }
  for (const place of several) needs.delete(place);
  return {
    ...(hash === undefined ? {} : { hash }),
    needs: Object.fromEntries(needs),
    syntax: Object.fromEntries(syntax),
  };
}
