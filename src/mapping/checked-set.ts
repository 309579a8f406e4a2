/**
 * What was found out about the packaged mapping set when Cairn was built (scripts/check-set.ts), so that a conversion need not
 * wait for it again:
 *
 * - that the set with this hash has no mistake: its parts are compiled when a document first asks for them. A set of others, an
 *   overlay of a sender, or a packaged file that was changed since has another hash, and every check is made when it is loaded;
 * - what each piece of a mapping needs inside the node, so that a piece for which there is nothing is not compiled at all;
 * - the grammar's answers for the selectors. Each stands under the selector's text, on which alone the answer depends, so
 *   they hold for selectors of every set.
 */
import { readFileSync } from 'node:fs';
import { parseSelector } from '../xpath/grammar.js';
import type { Needs } from '../xpath/needs.js';
import { unpackSyntax } from '../xpath/packed-syntax.js';
import type { Syntax } from '../xpath/syntax.js';

/** `dist/mapping/checked-set.json`. */
export interface CheckedSet {
  /** SHA-256 of the set; absent where it had mistakes. */
  readonly hash?: string;
  /** By the place of a piece (`problems/problem-observation.json#/resource/code`); null where it may be asked of any node. */
  readonly needs: Readonly<Record<string, number | null>>;
  /** Packed syntax trees by the selector's text. */
  readonly syntax: Readonly<Record<string, string>>;
}

/** What pieces need, by their places. */
export type PieceNeeds = ReadonlyMap<string, Needs>;

/** The same, looked up. */
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

/** What was found out when Cairn was built: nothing beside the sources, where everything is parsed and checked. */
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

/** The syntax tree of a selector, kept or parsed; throws SelectorError as parsing does. */
export function syntaxOf(text: string): Syntax {
  const packed = builtSet().syntax.get(text);
  return packed === undefined ? parseSelector(text) : unpackSyntax(packed, text);
}
