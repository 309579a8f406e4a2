import { authorHolders, authorsOf, authorshipOf } from '../cda/authors.js';
import type { MappedResource } from '../mapping/mapped-resource.js';
import type { Run } from '../mapping/run.js';
import { MAPPED } from '../xml/journal.js';
import { nameId } from '../cda/vocabulary.js';
import { attribute, BLANK, child, isText, NONE, type Node, type Tree } from '../xml/tree.js';

const SECTION = nameId('section');
const TIME = nameId('time');
const VALUE = nameId('value');
const ROOT_ELEMENT = 1;

/**
 * Makes a Provenance for each place in the document where authorship is stated, with the resources that it holds for as
 * targets. Places that say the same become one when ids are given (bundle/identity.ts).
 */
export function makeProvenance(run: Run): void {
  const mapping = run.mappings.authorship;
  if (mapping === undefined) return;
  const targets = new Map<Node, MappedResource[]>();
  for (const made of run.made) {
    if (made?.mapping.provenance !== true) continue;
    // Two halves of a blood pressure may be said by two people.
    for (const place of new Set(made.nodes.map((node) => authorshipOf(run.tree, node)))) {
      const others = targets.get(place);
      if (others === undefined) targets.set(place, [made]);
      else others.push(made);
    }
  }
  const parts = partsOfOthers(run, targets);
  const make = (resources: readonly MappedResource[], place: Node): void => {
    run.targets = resources;
    const provenance = run.make(mapping, place);
    if (provenance !== undefined) provenance.matched = true;
  };
  targets.forEach(make);
  const { variables } = run;
  run.variables = new Map([...variables, ['part', 'part']]);
  parts.forEach(make);
  run.variables = variables;
  run.targets = [];
}

/**
 * What somebody else wrote inside of a statement, without being a resource: the member of a team, the severity of a
 * reaction. They are told of with the statement's resources, unless one of these tells of them itself, as a note does.
 * So is who wrote the statement around one, such as the concern about an allergy that somebody else observed.
 */
function partsOfOthers(run: Run, places: ReadonlyMap<Node, unknown>): Map<Node, readonly MappedResource[]> {
  const { tree } = run;
  const parts = new Map<Node, readonly MappedResource[]>();
  const holders = authorHolders(tree).filter((holder) => !places.has(holder));
  if (holders.length === 0) return parts;
  const made = new Map<Node, MappedResource[]>();
  const told = new Uint8Array(tree.count);
  for (const resource of run.made) {
    if (resource === undefined) continue;
    const { journal } = resource;
    for (let line = 0; line < journal.checkpoint; line++)
      if (journal.markAt(line) === MAPPED) told[journal.nodeAt(line)] = 1;
    if (resource.mapping.provenance) made.set(resource.node, [...(made.get(resource.node) ?? []), resource]);
  }
  for (const holder of holders) {
    let around = tree.parent[holder]!;
    while (around > 0 && tree.name[around] !== SECTION && !made.has(around)) around = tree.parent[around]!;
    // The document and its sections are around everything.
    if (holder <= ROOT_ELEMENT || tree.name[holder] === SECTION) continue;
    const resources =
      around > ROOT_ELEMENT && tree.name[around] !== SECTION ? made.get(around) : madeIn(tree, holder, made);
    const silent = authorsOf(tree, holder).some((author) => !isTold(tree, author, told));
    if (resources !== undefined && silent) parts.set(holder, resources);
  }
  return parts;
}

/** The resources made of the outermost statements inside of one that is none itself. */
function madeIn(
  tree: Tree,
  holder: Node,
  made: ReadonlyMap<Node, readonly MappedResource[]>,
): readonly MappedResource[] | undefined {
  const found: MappedResource[] = [];
  for (let node = holder + 1; node <= tree.last[holder]!; node++) {
    const resources = made.get(node);
    if (resources === undefined) continue;
    found.push(...resources);
    node = tree.last[node]!;
  }
  return found.length === 0 ? undefined : found;
}

/** Whether resources tell of an author: of something of him, of every word, and of when he wrote. */
function isTold(tree: Tree, author: Node, told: Uint8Array): boolean {
  let some = false;
  const time = child(tree, author, TIME);
  const value = time === NONE ? NONE : attribute(tree, time, VALUE);
  if (value !== NONE && told[value] !== 1) return false;
  for (let node = author; node <= tree.last[author]!; node++) {
    if (told[node] === 1) some = true;
    else if (isText(tree, node) && (tree.kind[node]! & BLANK) === 0) return false;
  }
  return some;
}
