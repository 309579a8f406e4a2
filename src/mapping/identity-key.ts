import type { Holder } from '../cda/placeholder-identifiers.js';
import { idText } from '../cda/same-id.js';
import { nameId } from '../cda/vocabulary.js';
import { attribute, isAttribute, isElement, isText, NONE, valueOf, BLANK, type Node, type Tree } from '../xml/tree.js';
import type { Selector } from '../xpath/compile.js';
import type { CompiledMapping, IdentityScope } from './compiled-mapping.js';
import { unmarked } from './unmarked.js';
import type { Run } from './run.js';

const ROOT = nameId('root');
const NULL_FLAVOR = nameId('nullFlavor');

/**
 * What a resource's id is made from, as text: the scope, then what the entry is known by (its own ids, as a rule), else
 * where it stands in the document. The patient is in it because senders copy one id into every patient's document.
 */
export function keyOf(run: Run, mapping: CompiledMapping, node: Node): string {
  const { scope } = mapping.identity;
  const known = knownBy(run, mapping, node);
  // Told twice in the same words it is the same, wherever it stands in the document.
  if (known === undefined) return `${run.documentKey}#${allOf(run.tree, node).text}`;
  if (scope === 'shared' || scope === 'subject') return known;
  return `${scope === 'document' ? run.documentKey : run.patientKey}#${known}`;
}

/** What two must not say differently to be one; empty where nothing keeps it apart from anybody. */
export function apartOf(run: Run, { identity: { apart } }: CompiledMapping, node: Node): string {
  return apart === undefined ? '' : said(run, apart, node, 'anything');
}

/** The nodes that a resource is known by, for the trace; the element itself where it is known by all that it says. */
export function knownFrom(run: Run, mapping: CompiledMapping, node: Node): readonly Node[] {
  const selectors = mapping.identity.by[rankOf(run, mapping, node)];
  if (selectors === undefined) return [node];
  return unmarked(run, () =>
    selectors.flatMap((selector) =>
      selector.type === 'nodes' ? selector.nodes(run, node) : selector.sources(run, node),
    ),
  );
}

/** What the first alternative of the mapping's identity finds; undefined where none finds all that it names. */
export function knownBy(run: Run, mapping: CompiledMapping, node: Node): string | undefined {
  return firstKnown(run, mapping, node)?.text;
}

/** The place of the alternative that a key is made from: the lower, the better it says who somebody is. */
export function rankOf(run: Run, mapping: CompiledMapping, node: Node): number {
  return firstKnown(run, mapping, node)?.rank ?? mapping.identity.by.length;
}

function firstKnown(
  run: Run,
  mapping: CompiledMapping,
  node: Node,
): { readonly text: string; readonly rank: number } | undefined {
  // Alternatives have selectors in common, and what authors say of themselves is long.
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

/** Whose ids a mapping's are: those of people and organizations are filled in by hand. */
const HOLDER: Readonly<Record<IdentityScope, Holder>> = {
  subject: 'patient',
  shared: 'people',
  patient: 'anything',
  document: 'anything',
};

/** What a selector finds, as text; that it was read for this maps nothing. */
function said(run: Run, selector: Selector, node: Node, holder: Holder): string {
  return unmarked(run, () =>
    selector.type === 'nodes' ? identityText(run, selector.nodes(run, node), holder) : selector.string(run, node),
  );
}

/**
 * Of ids the one that says who it is, as `root^extension`; of anything else all that it says. Of several ids it is the
 * first by its own text: another order in another document, or one more, makes nobody else of the same person.
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

/** What an element has that is not known, too. */
const SAYS_NOTHING: ReadonlySet<number> = new Set([NULL_FLAVOR, nameId('use'), nameId('xsi:type')]);

/** All values of an element in document order, with the names they stand under; empty where it has none. */
export function canonicalText(tree: Tree, element: Node): string {
  const { text, says } = allOf(tree, element);
  return says ? text : '';
}

/** Equal for equal content; `says` is whether anything is said in it. */
function allOf(tree: Tree, element: Node): { readonly text: string; readonly says: boolean } {
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
      says ||= !SAYS_NOTHING.has(tree.name[node]!);
    } else pieces.push('<', tree.names.list[tree.name[node]!]!);
  }
  return { text: pieces.join(''), says };
}
