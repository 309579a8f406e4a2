import { idText, isUsable } from '../cda/same-id.js';
import { attribute, isElement, NONE, valueOf, type Node } from '../xml/tree.js';
import { nameId } from '../cda/vocabulary.js';
import type { Selector } from '../xpath/compile.js';
import { bare } from '../xpath/word-list.js';
import type { CompiledMapping } from './compiled-mapping.js';
import { unmarked } from './unmarked.js';
import type { Run } from './run.js';

const ROOT = nameId('root');
const EXTENSION = nameId('extension');

/** How two resources of one document that are known by different ids are seen to be the same (`identity.alike`). */
export interface AlikeRule {
  /** What both have to say, in the same words: a family name and a given name. */
  readonly by: readonly Selector[];
  /** Their ids: two that have different ids of one system are two. */
  readonly ids: Selector | undefined;
  /** Whether two that have ids must have one in common, of whatever system: the departments of two hospitals have one name. */
  readonly oneId: boolean;
  /** Two that both say something here, and not the same, are two. */
  readonly apart: readonly Selector[];
}

/** What a resource is compared by with others of its kind. */
export interface Likeness {
  /** Equal for two that may be the same. */
  readonly name: string;
  /** Asked for only where several of one name are known by different keys. */
  readonly details: () => LikenessDetails;
}

export interface LikenessDetails {
  /** The ids by their system; of one system all, where the rule says so. */
  readonly ids: ReadonlyMap<string, ReadonlySet<string>>;
  /** What each `apart` says; empty where nothing. */
  readonly apart: readonly string[];
}

/** What the resource of a node is compared by; undefined where its mapping has no rule, or it lacks what the rule asks for. */
export function likenessOf(run: Run, { identity: { alike } }: CompiledMapping, node: Node): Likeness | undefined {
  if (alike === undefined) return undefined;
  const name = unmarked(run, () => nameOf(run, alike, node));
  return name === '' ? undefined : { name, details: () => unmarked(run, () => detailsOf(run, alike, node)) };
}

/** What every selector of `by` says; empty where one says nothing. */
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

/** The words of a text without case, punctuation and the marks above letters: `O'Brien-Núñez` is `obrien nunez`. */
export function plainWords(text: string): string {
  return bare(text.normalize('NFD').replace(/\p{M}/gu, ''));
}

const NO_IDS: ReadonlyMap<string, ReadonlySet<string>> = new Map();

/** The ids that say who somebody is. A UUID is a number in the system of all UUIDs, as an OID alone is one of all OIDs. */
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
