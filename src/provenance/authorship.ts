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
  const holders = authorHolders(tree).filter((holder) => !places.has(holder));
  if (holders.length === 0) return others;
  const made = new Map<Node, MappedResource[]>();
  const told = new Uint8Array(tree.count);
  for (const resource of run.made) {
    const { journal } = resource;
    for (let line = 0; line < journal.checkpoint; line++)
      if (journal.markAt(line) === MAPPED) told[journal.nodeAt(line)] = 1;
    if (resource.mapping.provenance) made.set(resource.node, [...(made.get(resource.node) ?? []), resource]);
  }
  for (const holder of holders) {
    // The document and its sections are around everything, so they don't count.
    if (holder <= ROOT_ELEMENT || tree.name[holder] === SECTION) continue;
    let outer = tree.parent[holder]!;
    while (outer > ROOT_ELEMENT && tree.name[outer] !== SECTION && !made.has(outer)) outer = tree.parent[outer]!;
    const around = outer > ROOT_ELEMENT && tree.name[outer] !== SECTION ? made.get(outer) : undefined;
    if (around !== undefined) {
      const silent = authorsOf(tree, holder).some((author) => !isTold(tree, author, told));
      if (silent) others.set(holder, { part: 'part', resources: around });
    } else if (hasOtherTime(tree, holder, places, told)) {
      const resources = madeIn(tree, holder, made);
      if (resources.length > 0) others.set(holder, { part: 'around', resources });
    }
  }
  return others;
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
