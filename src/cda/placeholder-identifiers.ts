import { attribute, NONE, valueOf, type Node, type Tree } from '../xml/tree.js';
import { nameId } from './vocabulary.js';

const ROOT = nameId('root');
const EXTENSION = nameId('extension');

/**
 * Who the identifier is for, from the widest to the narrowest. A value that identifies no statement identifies no
 * person either.
 */
export const HOLDERS = ['anything', 'people', 'patient'] as const;
export type Holder = (typeof HOLDERS)[number];

/** A value that stands in documents in the place of an identifier. */
export interface PlaceholderRule {
  /** The OIDs or UUIDs that may be its root, in lower case; absent for any root. */
  readonly roots: readonly string[] | undefined;
  /** Whether OIDs below these roots count too. */
  readonly below: boolean;
  /** Matches the whole root, in any case; absent for any root. */
  readonly rootMatches: RegExp | undefined;
  /** Matches the whole extension. A missing extension counts as empty. */
  readonly value: RegExp;
  readonly of: Holder;
}

/**
 * Whether an id (type II) identifies nobody: a word for "unknown", a number of only zeros, an example copied from a
 * guide. These are listed in `placeholder-identifiers.json` of the mapping set.
 *
 *   isPlaceholder(tree, id, 'people', rules) // <id root="2.16.840.1.113883.4.1" extension="999-99-9999"/>: true
 */
export function isPlaceholder(tree: Tree, id: Node, holder: Holder, rules: readonly PlaceholderRule[]): boolean {
  if (rules.length === 0) return false;
  const root = textAt(tree, id, ROOT).toLowerCase();
  const extension = textAt(tree, id, EXTENSION);
  const { ofAnyRoot, others } = sieveOf(rules, holder);
  if (ofAnyRoot?.test(extension) === true) return true;
  return others.some(
    ({ roots, below, rootMatches, value }) =>
      (roots?.some((one) => one === root || (below && root.startsWith(`${one}.`))) ?? true) &&
      value.test(extension) &&
      (rootMatches?.test(root) ?? true),
  );
}

/** The rules for one kind of holder. Rules that only look at the extension are joined into one expression. */
interface Sieve {
  readonly ofAnyRoot: RegExp | undefined;
  readonly others: readonly PlaceholderRule[];
}

const sieves = new WeakMap<readonly PlaceholderRule[], Map<Holder, Sieve>>();

function sieveOf(rules: readonly PlaceholderRule[], holder: Holder): Sieve {
  let byHolder = sieves.get(rules);
  if (byHolder === undefined) sieves.set(rules, (byHolder = new Map<Holder, Sieve>()));
  let sieve = byHolder.get(holder);
  if (sieve === undefined) {
    const width = HOLDERS.indexOf(holder);
    const mine = rules.filter(({ of }) => HOLDERS.indexOf(of) <= width);
    const others = mine.filter((rule) => !asksForTheExtensionAlone(rule));
    const alone = mine.filter(asksForTheExtensionAlone).map(({ value }) => `(?:${value.source})`);
    sieve = { ofAnyRoot: alone.length === 0 ? undefined : new RegExp(alone.join('|'), 'i'), others };
    byHolder.set(holder, sieve);
  }
  return sieve;
}

/** A back-reference (`\1`) would point to another group in a joined expression, so such a rule stays alone. */
function asksForTheExtensionAlone({ roots, rootMatches, value }: PlaceholderRule): boolean {
  return roots === undefined && rootMatches === undefined && !/\\\d/.test(value.source);
}

function textAt(tree: Tree, id: Node, name: number): string {
  const found = attribute(tree, id, name);
  return found === NONE ? '' : valueOf(tree, found).trim();
}
