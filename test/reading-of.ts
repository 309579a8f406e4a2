import type { Reading, TimeZoneRule } from '../src/cda/reading.js';
import { nameId, vocabulary } from '../src/cda/vocabulary.js';
import type { IssueCode } from '../src/xml/issue-codes.js';
import { Journal, MAPPED, USED, type Mark } from '../src/xml/journal.js';
import { CDA_NAMESPACE, SDTC_NAMESPACE, XSI_NAMESPACE } from '../src/xml/names.js';
import { readDocument } from '../src/xml/read.js';
import { attribute, isElement, nodeName, NONE, valueOf, type Node, type Tree } from '../src/xml/tree.js';

export interface ReadingOptions {
  readonly timeZone?: TimeZoneRule;
}

export interface ReadingOf {
  readonly reading: Reading;
  /** The fragment's element. */
  readonly root: Node;
  readonly warnings: { code: IssueCode; text: string; node: Node }[];
  /** Each mapped fact and where it went: `{ 'low/@value': 'start' }`, from the root down. */
  readonly mapped: () => Record<string, string>;
  /** What decided something, from the root down: `['@operator']`. */
  readonly used: () => string[];
  /** What was left out, with the reason. */
  readonly dropped: () => Record<string, string>;
}

const ID = nameId('ID');

/**
 * A fragment of CDA as a converter meets it: read, with a journal that traces. The namespaces of CDA, SDTC and XSI are
 * declared where the fragment doesn't do it itself.
 *
 *   const { reading, root } = readingOf('<effectiveTime value="20150622"/>');
 */
export function readingOf(fragment: string, options: ReadingOptions = {}): ReadingOf {
  const { tree } = readDocument(new TextEncoder().encode(declared(fragment)), vocabulary);
  const warnings: ReadingOf['warnings'] = [];
  const journal = new Journal(true);
  const reading: Reading = {
    tree,
    journal,
    variables: new Map(),
    timeZone: options.timeZone ?? { kind: 'none' },
    isPlaceholder: () => false,
    files: new Map(),
    narrativeElement: (id) => elementWithId(tree, id),
    mayTell: () => true,
    warn: (code, text, node) => warnings.push({ code, text, node }),
  };
  const marked = (mark: Mark): [string, string][] =>
    journal.lines.flatMap((written, line) =>
      written.mark === mark ? [[pathOf(tree, written.node), journal.targets[line]!]] : [],
    );
  return {
    reading,
    root: 1,
    warnings,
    mapped: () => Object.fromEntries(marked(MAPPED)),
    dropped: () =>
      Object.fromEntries(
        journal.drops.flatMap(({ line, end, reason }) =>
          Array.from({ length: end - line }, (_, index) => [pathOf(tree, journal.nodeAt(line + index)), reason]),
        ),
      ),
    used: () => marked(USED).map(([path]) => path),
  };
}

function declared(fragment: string): string {
  const wanted = { xmlns: CDA_NAMESPACE, 'xmlns:sdtc': SDTC_NAMESPACE, 'xmlns:xsi': XSI_NAMESPACE };
  const missing = Object.entries(wanted).filter(([name]) => !new RegExp(`\\s${name}=`).test(fragment));
  return fragment.replace(/<[\w:]+/, (tag) => missing.reduce((all, [name, uri]) => `${all} ${name}="${uri}"`, tag));
}

function elementWithId(tree: Tree, id: string): Node {
  for (let node = 1; node < tree.count; node++) {
    if (!isElement(tree, node)) continue;
    const found = attribute(tree, node, ID);
    if (found !== NONE && valueOf(tree, found) === id) return node;
  }
  return NONE;
}

/** Names below the root; positions are left out. */
function pathOf(tree: Tree, node: Node): string {
  if (node <= 1) return '';
  const above = pathOf(tree, tree.parent[node]!);
  const kind = isElement(tree, node) ? '' : nodeName(tree, node) === '' ? 'text()' : '@';
  return `${above === '' ? '' : `${above}/`}${kind}${nodeName(tree, node)}`;
}
