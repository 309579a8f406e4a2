/**
 * Acts and organizers that only hold other statements. No mapping knows them, so their content is read as if they were
 * not there. So a reaction belongs to its allergy however deep it stands, and a statement alone in a holder counts as
 * an entry.
 */
import { nameId } from '../cda/vocabulary.js';
import type { Journal } from '../xml/journal.js';
import { hollowedOut } from '../xml/hollow.js';
import { children, isElement, type Node, type Tree } from '../xml/tree.js';
import type { Selector } from '../xpath/compile.js';
import { typesNamed } from '../cda/type-graph.js';
import { compileAccount } from './account.js';
import type { MappingFile } from './mapping-file.js';
import type { Run } from './run.js';
import { inside, mistake, onNodes, textList, type Environment, type Scope } from './scope.js';
import { selectorAt } from './selectors.js';
import { withoutMarks } from './unmarked.js';
import { isKnown } from './walk.js';

/** `holders.json`, compiled. */
export interface HolderRule {
  /** The names of the elements that can be holders. */
  readonly elements: ReadonlySet<number>;
  readonly where: Selector;
  readonly account: ((run: Run, node: Node) => void) | undefined;
}

const LINKS = ['component', 'entryRelationship'].map(nameId);

/** Compiles `{ "title", "on": ["act"], "where": "selector", "ignore": { "statusCode": "why" } }`. */
export function compileHolderRule(file: MappingFile | undefined, environment: Environment): HolderRule | undefined {
  if (file === undefined) return undefined;
  const { on, where, ignore } = (file.value ?? {}) as { on?: unknown; where?: unknown; ignore?: unknown };
  const top: Scope = { environment, file, pointer: '', context: undefined };
  const names = textList(on ?? [], inside(top, 'on'), '"on" names elements');
  if (names.length === 0) mistake(top, 'holders are { "on": ["act"], "where": "selector" }');
  const scope = onNodes(top, new Set(names.flatMap((name) => [...typesNamed(name)])));
  const selector = selectorAt(inside(scope, 'where'), where)?.selector;
  if (selector === undefined) return undefined;
  return {
    elements: new Set(names.map(nameId)),
    where: selector,
    account: compileAccount({ ignore }, scope),
  };
}

/**
 * The tree without the holders. What the holders themselves say is written into the journal that is returned; the run
 * keeps it.
 */
export function throughHolders(run: Run): { readonly tree: Tree; readonly journal: Journal } {
  const { tree, journal } = run;
  const rule = run.mappings.holders;
  const hollow: Node[] = [];
  if (rule !== undefined)
    for (let node = 1; node < tree.count; node++) {
      if (!rule.elements.has(tree.name[node]!) || !isElement(tree, node) || !isHolder(run, node, rule)) continue;
      rule.account?.(run, node);
      hollow.push(
        node,
        ...LINKS.flatMap((link) => children(tree, node, link)).filter((link) => holds(run, link, rule)),
      );
    }
  return { tree: hollowedOut(tree, hollow), journal };
}

function isHolder(run: Run, node: Node, { where }: HolderRule): boolean {
  return withoutMarks(run, () => where.boolean(run, node) && !isKnown(run, node));
}

/** Whether a link leads to a statement or to another holder. */
function holds({ tree, mappings }: Run, link: Node, { elements }: HolderRule): boolean {
  return children(tree, link).some(
    (node) => mappings.statements[tree.name[node]!] === true || elements.has(tree.name[node]!),
  );
}
