/**
 * What was found out about the packaged mapping set when Cairn was built (scripts/check-set.ts), so that a conversion
 * need not wait for it again:
 *
 * - The set with this hash has no mistakes, so its parts are compiled only when a document first asks for them. Another
 *   set, a sender's overlay, or a packaged file that was changed since has another hash, and is checked in full when it
 *   is loaded.
 * - What each piece of a mapping needs inside the node. A piece whose needs are not there is not even compiled.
 * - The syntax trees of the selectors, by the text of the selector. They depend on nothing but the text, so they hold
 *   for every set.
 */
import { readFileSync } from 'node:fs';
import { parseSelector } from '../xpath/grammar.js';
import type { Needs } from '../xpath/needs.js';
import { unpackSyntax } from '../xpath/packed-syntax.js';
import type { Syntax } from '../xpath/syntax.js';

/** `dist/mapping/checked-set.json`. */
export interface CheckedSet {
  /** SHA-256 of the set; absent if it has mistakes. */
  readonly hash?: string;
  /**
   * By the place of a piece (`problems/problem-observation.json#/resource/code`): its needs; null if it may be asked of
   * any node.
   */
  readonly needs: Readonly<Record<string, number | null>>;
  /** Packed syntax trees by the selector's text. */
  readonly syntax: Readonly<Record<string, string>>;
}

/** What pieces need, by their places. */
export type PieceNeeds = ReadonlyMap<string, Needs>;

/** The same as maps. */
export interface KnownSet {
  readonly hash: string | undefined;
  readonly needs: PieceNeeds;
  readonly syntax: ReadonlyMap<string, string>;
}

export function knownSet({ hash, needs, syntax }: CheckedSet): KnownSet {
  const pieces = Object.entries(needs).map(([place, names]) => [place, names ?? undefined] as const);
  return { hash, needs: new Map(pieces), syntax: new Map(Object.entries(syntax)) };
}

let known: KnownSet | undefined;

/**
 * What was found out when Cairn was built. Empty if there is no build, as in tests from the sources: then everything is
 * parsed and checked.
 */
export function builtSet(): KnownSet {
  return (known ??= knownSet(readBuilt()));
}

function readBuilt(): CheckedSet {
  try {
    return JSON.parse(readFileSync(new URL('./checked-set.json', import.meta.url), 'utf8')) as CheckedSet;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { needs: {}, syntax: {} };
  }
}

/** The syntax tree of a selector, from the file or by parsing. Throws SelectorError as parsing does. */
export function syntaxOf(text: string): Syntax {
  const packed = builtSet().syntax.get(text);
  return packed === undefined ? parseSelector(text) : unpackSyntax(packed, text);
}
