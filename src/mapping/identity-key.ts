import { nameId } from '../cda/vocabulary.js';
import { attribute, isAttribute, isElement, isText, NONE, valueOf, BLANK, type Node, type Tree } from '../xml/tree.js';
import { xpathOf } from '../xml/position.js';
import type { Selector } from '../xpath/compile.js';
import type { CompiledMapping } from './compiled-mapping.js';
import type { Run } from './run.js';

const ROOT = nameId('root');
const EXTENSION = nameId('extension');
const NULL_FLAVOR = nameId('nullFlavor');

/**
 * What a resource's id is made from, as text: the scope, then what the entry is known by (its own ids, as a rule), else
 * where it stands in the document. The patient is in it because senders copy one id into every patient's document.
 */
export function keyOf(run: Run, mapping: CompiledMapping, node: Node): string {
  const { scope } = mapping.identity;
  const known = knownBy(run, mapping, node);
  if (known === undefined) return `${run.documentKey}#${xpathOf(run.tree, node)}`;
  if (scope === 'shared' || scope === 'subject') return known;
  return `${scope === 'document' ? run.documentKey : run.patientKey}#${known}`;
}

/** What two must not say differently to be one; empty where nothing keeps it apart from anybody. */
export function apartOf(run: Run, { identity: { apart } }: CompiledMapping, node: Node): string {
  return apart === undefined ? '' : said(run, apart, node);
}

/** What the first alternative of the mapping's identity finds; undefined where none finds all that it names. */
export function knownBy(run: Run, mapping: CompiledMapping, node: Node): string | undefined {
  // Alternatives have selectors in common, and what authors say of themselves is long.
  const { by } = mapping.identity;
  const texts = by.length > 1 ? new Map<Selector, string>() : undefined;
  for (const selectors of by) {
    const parts: string[] = [];
    for (const selector of selectors) {
      let text = texts?.get(selector);
      if (text === undefined) {
        text = said(run, selector, node);
        texts?.set(selector, text);
      }
      if (text === '') break;
      parts.push(text);
    }
    if (parts.length === selectors.length) return parts.join('|');
  }
  return undefined;
}

/** What a selector finds, as text; that it was read for this maps nothing. */
function said(run: Run, selector: Selector, node: Node): string {
  const { checkpoint } = run.journal;
  const text =
    selector.type === 'nodes' ? identityText(run.tree, selector.nodes(run, node)) : selector.string(run, node);
  run.journal.rollback(checkpoint);
  return text;
}

/** Of ids the first that says who it is, as `root^extension`; of anything else all that it says. */
function identityText(tree: Tree, nodes: readonly Node[]): string {
  let text = '';
  for (const node of nodes) {
    if (!isElement(tree, node)) text += valueOf(tree, node).trim();
    else {
      const root = attribute(tree, node, ROOT);
      if (root === NONE) text += canonicalText(tree, node);
      else if (attribute(tree, node, NULL_FLAVOR) === NONE) {
        const extension = attribute(tree, node, EXTENSION);
        return `${valueOf(tree, root).trim().toLowerCase()}^${extension === NONE ? '' : valueOf(tree, extension).trim()}`;
      }
    }
  }
  return text;
}

/** All values of an element in document order, with the names they stand under; equal for equal content. */
export function canonicalText(tree: Tree, element: Node): string {
  // Joined at the end: it is to be a key, and a text put together by `+` is put together once more for that.
  const pieces: string[] = [];
  let says = false;
  for (let node = element; node <= tree.last[element]!; node++) {
    if (isText(tree, node)) {
      if ((tree.kind[node]! & BLANK) !== 0) continue;
      pieces.push('"', valueOf(tree, node).trim(), '"');
      says = true;
    } else if (isAttribute(tree, node)) {
      pieces.push('@', tree.names.list[tree.name[node]!]!, '="', valueOf(tree, node), '"');
      says = true;
    } else pieces.push('<', tree.names.list[tree.name[node]!]!);
  }
  // An element without a value identifies nothing.
  return says ? pieces.join('') : '';
}
