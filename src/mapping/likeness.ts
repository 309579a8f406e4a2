import { idText, isUsable } from '../cda/same-id.js';
import { attribute, isElement, NONE, valueOf, type Node } from '../xml/tree.js';
import { nameId } from '../cda/vocabulary.js';
import type { Selector } from '../xpath/compile.js';
import { bare } from '../xpath/word-list.js';
import type { Likeness, LikenessDetails } from './mapped-resource.js';
import type { AlikeRule, Mapping } from './mapping.js';
import type { Run } from './run.js';

const ROOT = nameId('root');
const EXTENSION = nameId('extension');

/**
 * What the resource of a node is compared by. Undefined if its mapping has no rule, or the node lacks what the rule
 * asks for.
 */
export function likenessOf(run: Run, { identity: { alike } }: Mapping, node: Node): Likeness | undefined {
  if (alike === undefined) return undefined;
  const name = run.journal.silently(() => nameOf(run, alike, node));
  return name === '' ? undefined : { name, details: () => run.journal.silently(() => detailsOf(run, alike, node)) };
}

/** What every selector of `by` says; empty if one of them says nothing. */
function nameOf(run: Run, { by }: AlikeRule, node: Node): string {
  const names: string[] = [];
  for (const selector of by) {
    const name = wordsOf(run, selector, node);
    if (name === '') return '';
    names.push(name);
  }
  return names.join('|');
}

function detailsOf(run: Run, alike: AlikeRule, node: Node): LikenessDetails {
  return { ids: idsOf(run, alike, node), apart: alike.apart.map((selector) => wordsOf(run, selector, node)) };
}

function wordsOf(run: Run, selector: Selector, node: Node): string {
  return plainWords(selector.string(run, node));
}

/** The words of a text without case, punctuation and accents: `O'Brien-Núñez` becomes `obrien nunez`. */
export function plainWords(text: string): string {
  return bare(text.normalize('NFD').replace(/\p{M}/gu, ''));
}

const NO_IDS: ReadonlyMap<string, ReadonlySet<string>> = new Map();

/**
 * The ids that identify somebody. A UUID counts as a number in the system of all UUIDs, and an OID without extension as
 * one in the system of all OIDs.
 */
function idsOf(run: Run, { ids, oneId }: AlikeRule, node: Node): LikenessDetails['ids'] {
  if (ids?.type !== 'nodes') return NO_IDS;
  const { tree } = run;
  const found = new Map<string, Set<string>>();
  for (const id of ids.nodes(run, node)) {
    if (!isElement(tree, id) || !isUsable(run, id)) continue;
    const root = attribute(tree, id, ROOT);
    const extension = attribute(tree, id, EXTENSION);
    const alone = extension === NONE || valueOf(tree, extension).trim() === '';
    const system = oneId || alone ? '' : valueOf(tree, root).trim().toLowerCase();
    const text = idText(tree, id);
    const others = found.get(system);
    if (others === undefined) found.set(system, new Set([text]));
    else others.add(text);
  }
  return found;
}
