import { authorHolders, authorsOf, authorshipOf } from '../cda/authors.js';
import type { MappedResource } from '../mapping/mapped-resource.js';
import type { ResourceMaker } from '../mapping/resource-maker.js';
import { MAPPED } from '../xml/journal.js';
import { nameId } from '../cda/vocabulary.js';
import { attribute, BLANK, child, isText, NONE, valueOf, type Node, type Tree } from '../xml/tree.js';

const SECTION = nameId('section');
const TIME = nameId('time');
const VALUE = nameId('value');
const ROOT_ELEMENT = 1;

/**
 * Makes a Provenance for each place in the document that names an author; its targets are the resources that the
 * authorship is for. Places that say the same become one Provenance when ids are given (bundle/identity.ts).
 */
export function makeProvenance(run: ResourceMaker): void {
  const mapping = run.mappings.authorship;
  if (mapping === undefined) return;
  const targets = new Map<Node, MappedResource[]>();
  for (const made of run.made) {
    if (!made.mapping.provenance) continue;
    // The two halves of a blood pressure may have two authors.
    for (const place of new Set(made.nodes.map((node) => authorshipOf(run.tree, node)))) {
      const others = targets.get(place);
      if (others === undefined) targets.set(place, [made]);
      else others.push(made);
    }
  }
  const others = writtenByOthers(run, targets);
  const make = (resources: readonly MappedResource[], place: Node): void => {
    run.targets = resources;
    const provenance = run.make(mapping, place);
    if (provenance !== undefined) provenance.matched = true;
  };
  targets.forEach(make);
  const { variables } = run;
  for (const [place, { part, resources }] of others) {
    run.variables = new Map([...variables, ['part', part]]);
    make(resources, place);
  }
  run.variables = variables;
  run.targets = [];
}

/** What other people wrote: a part of a statement, or the statement around it. */
interface Others {
  readonly part: 'part' | 'around';
  readonly resources: readonly MappedResource[];
}

/**
 * Authorships of other people that no resource of its own has. One kind is a part that somebody else wrote inside a
 * statement, such as the severity of a reaction. They are told for the resource of the statement, unless that resource
 * tells of them itself, as a note does. The other kind is the statement around it, if it was written at another time,
 * such as the concern about an allergy that was observed before.
 */
function writtenByOthers(run: ResourceMaker, places: ReadonlyMap<Node, unknown>): Map<Node, Others> {
  const { tree } = run;
  const others = new Map<Node, Others>();
  const holders = authorHolders(tree).filter((holder) => !places.has(holder) && !isAroundAll(tree, holder));
  if (holders.length === 0) return others;
  const told = toldFacts(run);
  const statements = statementsOf(run);
  for (const holder of holders) {
    const whole = statementAround(tree, holder, statements);
    if (whole !== undefined) {
      const silent = authorsOf(tree, holder).some((author) => !isTold(tree, author, told));
      if (silent) others.set(holder, { part: 'part', resources: whole });
    } else if (hasOtherTime(tree, holder, places, told)) {
      const resources = madeIn(tree, holder, statements);
      if (resources.length > 0) others.set(holder, { part: 'around', resources });
    }
  }
  return others;
}

/** The document and its sections are around everything, so their authors are of no statement. */
function isAroundAll(tree: Tree, node: Node): boolean {
  return node <= ROOT_ELEMENT || tree.name[node] === SECTION;
}

/** The facts that stand in a resource, by node. */
function toldFacts({ tree, made }: ResourceMaker): Uint8Array {
  const told = new Uint8Array(tree.count);
  for (const { journal } of made) {
    for (let line = 0; line < journal.checkpoint; line++)
      if (journal.markAt(line) === MAPPED) told[journal.nodeAt(line)] = 1;
  }
  return told;
}

/** The resources that have a Provenance, by their statement. */
function statementsOf({ made }: ResourceMaker): Map<Node, MappedResource[]> {
  const statements = new Map<Node, MappedResource[]>();
  for (const resource of made) {
    if (!resource.mapping.provenance) continue;
    const others = statements.get(resource.node);
    if (others === undefined) statements.set(resource.node, [resource]);
    else others.push(resource);
  }
  return statements;
}

/** The resources of the nearest statement around a node; undefined if none is. */
function statementAround(
  tree: Tree,
  node: Node,
  statements: ReadonlyMap<Node, readonly MappedResource[]>,
): readonly MappedResource[] | undefined {
  for (let outer = tree.parent[node]!; !isAroundAll(tree, outer); outer = tree.parent[outer]!) {
    const resources = statements.get(outer);
    if (resources !== undefined) return resources;
  }
  return undefined;
}

/**
 * Who wrote the statement around a resource is named together with the resource's authors. Only with another time is it
 * an authorship of its own.
 */
function hasOtherTime(tree: Tree, holder: Node, places: ReadonlyMap<Node, unknown>, told: Uint8Array): boolean {
  const times = new Set<string>();
  for (let node = holder + 1; node <= tree.last[holder]!; node++)
    if (places.has(node)) for (const author of authorsOf(tree, node)) times.add(timeText(tree, timeOf(tree, author)));
  return authorsOf(tree, holder).some((author) => {
    const time = timeOf(tree, author);
    return time !== NONE && told[time] !== 1 && !times.has(timeText(tree, time));
  });
}

/** The resources from the outermost statements inside a statement that is no resource itself. */
function madeIn(
  tree: Tree,
  holder: Node,
  made: ReadonlyMap<Node, readonly MappedResource[]>,
): readonly MappedResource[] {
  const found: MappedResource[] = [];
  for (let node = holder + 1; node <= tree.last[holder]!; node++) {
    const resources = made.get(node);
    if (resources === undefined) continue;
    found.push(...resources);
    node = tree.last[node]!;
  }
  return found;
}

/** Whether resources tell of an author: something of the author is in them, and no word is missing. */
function isTold(tree: Tree, author: Node, told: Uint8Array): boolean {
  let some = false;
  for (let node = author; node <= tree.last[author]!; node++) {
    if (told[node] === 1) some = true;
    else if (isText(tree, node) && (tree.kind[node]! & BLANK) === 0) return false;
  }
  return some;
}

function timeText(tree: Tree, fact: Node): string {
  return fact === NONE ? '' : valueOf(tree, fact).trim();
}

/** When an author wrote; NONE if that is not said. */
function timeOf(tree: Tree, author: Node): Node {
  const time = child(tree, author, TIME);
  return time === NONE ? NONE : attribute(tree, time, VALUE);
}
