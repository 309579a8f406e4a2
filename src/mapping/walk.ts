import { nameId } from '../cda/vocabulary.js';
import { attribute, child, children, isElement, NONE, valueOf, type Node, type Tree } from '../xml/tree.js';
import type { AskedOfSet } from './asked.js';
import type { Match } from './compiled-mapping.js';
import type { MappedResource } from './mapped-resource.js';
import type { Mapping } from './mapping.js';
import type { MappingSet } from './mapping-set.js';
import type { Run } from './run.js';

const SECTION = nameId('section');
const TEXT = nameId('text');
const CODE = nameId('code');
const TEMPLATE_ID = nameId('templateId');
const ROOT = nameId('root');
const EXTENSION = nameId('extension');

/** A run that is walked. What becomes of each statement is decided above (resource-maker.ts). */
export interface WalkedRun extends Run {
  readonly mappings: MappingSet;
  /** 1 for each statement whose outcome is known. */
  readonly settled: Uint8Array;
  readonly asked: AskedOfSet | undefined;
  /** Whether a rule says that the statement is no resource. */
  drops(node: Node, unmatched: boolean): boolean;
  /** Makes a resource that the document itself asks for. */
  makeStatement(mapping: Mapping, node: Node): MappedResource | undefined;
  /** What is read meanwhile is written into the journal of that resource. */
  inJournalOf(made: MappedResource, read: () => void): void;
}

/**
 * Walks the document once, in document order, and makes a resource from every statement that a mapping matches, also
 * from nested ones. If several mappings match, the one with the most conditions, or the highest `priority`, is taken.
 */
export function walkStatements(run: WalkedRun, first = 1, last = run.tree.count - 1): void {
  const { tree, mappings } = run;
  for (let node = first; node <= last; node++) {
    if (!isElement(tree, node)) continue;
    const name = tree.name[node]!;
    if (name === TEXT && tree.name[tree.parent[node]!] === SECTION) {
      node = tree.last[node]!;
      continue;
    }
    if (mappings.statements[name] !== true || run.settled[node] === 1) continue;
    makeStatement(run, node);
    run.settled[node] = 1;
  }
}

/** A function of its own, because in the loop its closure would be allocated for every node of the document. */
function makeStatement(run: WalkedRun, node: Node): void {
  if (run.drops(node, false)) return;
  const match = bestMatch(run, node);
  if (match === undefined) {
    run.drops(node, true);
    return;
  }
  const made = run.makeStatement(match.mapping, node);
  if (made !== undefined && match.where !== undefined) run.inJournalOf(made, () => match.where?.(run, node));
}

function bestMatch(run: WalkedRun, node: Node): Match | undefined {
  const { tree, mappings } = run;
  let best: Match | undefined;
  let templated = false;
  for (const templateId of children(tree, node, TEMPLATE_ID)) {
    const template = textOf(tree, templateId, ROOT);
    run.asked?.templates.add(template);
    for (const match of mappings.byTemplate.get(template) ?? []) {
      templated = true;
      if (best !== undefined && best.priority >= match.priority) break;
      if (match.version !== undefined && match.version !== textOf(tree, templateId, EXTENSION)) continue;
      if (holds(run, node, match)) best = match;
    }
  }
  // Without a known template, as in older or sloppy documents, the section and the shape of the statement decide.
  if (templated) return best;
  run.asked?.elements.add(tree.name[node]!);
  for (const match of mappings.byElement.get(tree.name[node]!) ?? []) {
    if (holds(run, node, match)) return match;
  }
  return undefined;
}

/** Whether a mapping matches a statement by its templates, or else by its section and shape. */
export function isKnown(run: WalkedRun, node: Node): boolean {
  return hasKnownTemplate(run, node) || bestMatch(run, node) !== undefined;
}

/** Whether a mapping is for one of the templates of a statement. */
export function hasKnownTemplate({ tree, mappings, asked }: WalkedRun, node: Node): boolean {
  return children(tree, node, TEMPLATE_ID).some((id) => {
    const template = textOf(tree, id, ROOT);
    asked?.templates.add(template);
    return mappings.byTemplate.has(template);
  });
}

/** Whether all conditions of a match hold for a node. */
export function holds(run: Run, node: Node, match: Match): boolean {
  const { tree } = run;
  if (!match.elements.has(tree.name[node]!)) return false;
  if (match.sections !== undefined && !match.sections.has(sectionCode(tree, node))) return false;
  if (match.within !== undefined && !isWithin(tree, node, match.within)) return false;
  if (match.where === undefined) return true;
  // The marks are written again when the mapping is chosen: see walkStatements.
  const { journal } = run;
  const outer = journal.silent;
  journal.silent = true;
  const held = match.where(run, node);
  journal.silent = outer;
  return held;
}

function isWithin(tree: Tree, node: Node, template: string): boolean {
  for (let at = tree.parent[node]!; at > 0; at = tree.parent[at]!) {
    if (children(tree, at, TEMPLATE_ID).some((id) => textOf(tree, id, ROOT) === template)) return true;
  }
  return false;
}

function sectionCode(tree: Tree, node: Node): string {
  for (let at = tree.parent[node]!; at > 0; at = tree.parent[at]!) {
    if (tree.name[at] !== SECTION) continue;
    const code = child(tree, at, CODE);
    return code === NONE ? '' : textOf(tree, code, CODE);
  }
  return '';
}

function textOf(tree: Tree, element: Node, name: number): string {
  const found = attribute(tree, element, name);
  return found === NONE ? '' : valueOf(tree, found).trim();
}
