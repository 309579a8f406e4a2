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
  const width = HOLDERS.indexOf(holder);
  return rules.some(
    (rule) =>
      HOLDERS.indexOf(rule.of) <= width &&
      (rule.rootMatches?.test(root) ?? true) &&
      (rule.roots?.some((one) => one === root || (rule.below && root.startsWith(`${one}.`))) ?? true) &&
      rule.value.test(extension),
  );
}

function textAt(tree: Tree, id: Node, name: number): string {
  const found = attribute(tree, id, name);
  return found === NONE ? '' : valueOf(tree, found).trim();
}
