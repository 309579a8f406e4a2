import type { Holder } from '../cda/placeholder-identifiers.js';
import { idText } from '../cda/same-id.js';
import { nameId } from '../cda/vocabulary.js';
import { attribute, isAttribute, isElement, isText, NONE, valueOf, BLANK, type Node, type Tree } from '../xml/tree.js';
import type { Selector } from '../xpath/compile.js';
import type { IdentityScope, Mapping } from './mapping.js';
import type { Run } from './run.js';

const ROOT = nameId('root');
const NULL_FLAVOR = nameId('nullFlavor');

/**
 * The text that a resource's id is made from: the scope, then what the entry is known by (usually its own ids), or else
 * its place in the document. The patient is part of it, because senders copy one id into the documents of every
 * patient.
 */
export function identityKeyOf(run: Run, mapping: Mapping, node: Node): string {
  const { scope } = mapping.identity;
  const known = knownBy(run, mapping, node);
  // If an entry without ids is told twice in the same words it is the same, wherever it stands in the document.
  if (known === undefined) return `${run.documentKey}#${allOf(run.tree, node).text}`;
  if (scope === 'shared' || scope === 'subject') return known;
  return `${scope === 'document' ? run.documentKey : run.patientKey}#${known}`;
}

/**
 * What two resources with the same key must not say differently. Empty if nothing keeps the resource apart from others.
 */
export function apartOf(run: Run, { identity: { apart } }: Mapping, node: Node): string {
  return apart === undefined ? '' : said(run, apart, node, 'anything');
}

/** The nodes that a resource is known by, for the trace. If it is known by all that it says, the element itself. */
export function knownFrom(run: Run, mapping: Mapping, node: Node): readonly Node[] {
  const selectors = mapping.identity.by[rankOf(run, mapping, node)];
  if (selectors === undefined) return [node];
  return run.journal.silently(() =>
    selectors.flatMap((selector) =>
      selector.type === 'nodes' ? selector.nodes(run, node) : selector.sources(run, node),
    ),
  );
}

/**
 * What the first complete alternative of the mapping's identity finds; undefined if no alternative finds all that it
 * names.
 */
export function knownBy(run: Run, mapping: Mapping, node: Node): string | undefined {
  return firstKnown(run, mapping, node)?.text;
}

/** The index of the alternative that the key is made from. The lower it is, the better it identifies. */
export function rankOf(run: Run, mapping: Mapping, node: Node): number {
  return firstKnown(run, mapping, node)?.rank ?? mapping.identity.by.length;
}

function firstKnown(
  run: Run,
  mapping: Mapping,
  node: Node,
): { readonly text: string; readonly rank: number } | undefined {
  // Alternatives share selectors, and what authors say about themselves may be long. So each answer is kept.
  const { by } = mapping.identity;
  const texts = by.length > 1 ? new Map<Selector, string>() : undefined;
  for (let rank = 0; rank < by.length; rank++) {
    const selectors = by[rank]!;
    const parts: string[] = [];
    for (const selector of selectors) {
      let text = texts?.get(selector);
      if (text === undefined) {
        text = said(run, selector, node, HOLDER[mapping.identity.scope]);
        texts?.set(selector, text);
      }
      if (text === '') break;
      parts.push(text);
    }
    if (parts.length === selectors.length) return { text: parts.join('|'), rank };
  }
  return undefined;
}

/** Whose ids a mapping reads. The ids of people and organizations are often typed by hand. */
const HOLDER: Readonly<Record<IdentityScope, Holder>> = {
  subject: 'patient',
  shared: 'people',
  patient: 'anything',
  document: 'anything',
};

/** What a selector finds, as text. Reading it for the key does not count as mapping it. */
function said(run: Run, selector: Selector, node: Node, holder: Holder): string {
  return run.journal.silently(() =>
    selector.type === 'nodes' ? identityText(run, selector.nodes(run, node), holder) : selector.string(run, node),
  );
}

/**
 * For ids: the one that identifies, as `root^extension`. For other nodes: all that they say. Of several ids the first
 * one in the order of their text is taken, so that another order in another document, or one more id, does not make
 * another person.
 */
function identityText(run: Run, nodes: readonly Node[], holder: Holder): string {
  const { tree } = run;
  let text = '';
  let id: string | undefined;
  for (const node of nodes) {
    if (!isElement(tree, node)) text += valueOf(tree, node).trim();
    else if (attribute(tree, node, ROOT) === NONE) text += canonicalText(tree, node);
    else if (attribute(tree, node, NULL_FLAVOR) === NONE) {
      if (run.isPlaceholder(node, holder)) {
        run.warn('placeholder-identifier', 'what stands here for an identifier identifies nobody', node);
        continue;
      }
      const own = idText(tree, node);
      if (own !== '^' && (id === undefined || own < id)) id = own;
    }
  }
  return id ?? text;
}

/** Attributes that say nothing by themselves, even if the rest of the element is not known. */
const SAYS_NOTHING: ReadonlySet<number> = new Set([NULL_FLAVOR, nameId('use'), nameId('xsi:type')]);

/** All values of an element in document order, each with its name; empty if it has none. */
export function canonicalText(tree: Tree, element: Node): string {
  const { text, says } = allOf(tree, element);
  return says ? text : '';
}

/** A text that is equal for equal content. `says` tells whether there is any content. */
function allOf(tree: Tree, element: Node): { readonly text: string; readonly says: boolean } {
  // Joined at the end, because the text becomes a key of a map, and a text built by `+` would be copied for that.
  const pieces: string[] = [];
  let says = false;
  for (let node = element; node <= tree.last[element]!; node++) {
    if (isText(tree, node)) {
      if ((tree.kind[node]! & BLANK) !== 0) continue;
      pieces.push('"', valueOf(tree, node).trim(), '"');
      says = true;
    } else if (isAttribute(tree, node)) {
      pieces.push('@', tree.names.list[tree.name[node]!]!, '="', valueOf(tree, node), '"');
      says ||= !SAYS_NOTHING.has(tree.name[node]!);
    } else pieces.push('<', tree.names.list[tree.name[node]!]!);
  }
  return { text: pieces.join(''), says };
}
