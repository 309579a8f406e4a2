import { attribute, NONE, valueOf, type Node, type Tree } from '../xml/tree.js';
import { nameId } from './vocabulary.js';

const ROOT = nameId('root');
const EXTENSION = nameId('extension');

/** Whose identifier it is, from the widest to the narrowest: what is a placeholder for a statement is one for a person, too. */
export const HOLDERS = ['anything', 'people', 'patient'] as const;
export type Holder = (typeof HOLDERS)[number];

/** Something that stands in documents where an identifier should. */
export interface PlaceholderRule {
  /** The OIDs or UUIDs of which it must have one as root, in lower case; any root where absent. */
  readonly roots: readonly string[] | undefined;
  /** Whether OIDs below those roots count as well. */
  readonly below: boolean;
  /** Matches the whole root, in any case; any root where absent. */
  readonly rootMatches: RegExp | undefined;
  /** Matches the whole extension; an absent one is empty. */
  readonly value: RegExp;
  readonly of: Holder;
}

/**
 * Whether an id (type II) identifies nobody: a word for "unknown", a number of nothing but zeros, an example that was
 * copied from a guide. Which those are is data: `placeholder-identifiers.json` of the mapping set.
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

/** The rules that hold for a holder: those that ask for the extension alone are one expression. */
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

/** A number that refers back to a part would mean another part in an expression of several. */
function asksForTheExtensionAlone({ roots, rootMatches, value }: PlaceholderRule): boolean {
  return roots === undefined && rootMatches === undefined && !/\\\d/.test(value.source);
}

function textAt(tree: Tree, id: Node, name: number): string {
  const found = attribute(tree, id, name);
  return found === NONE ? '' : valueOf(tree, found).trim();
}
