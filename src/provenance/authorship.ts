import { nameId } from '../cda/vocabulary.js';
import type { MappedResource } from '../mapping/mapped-resource.js';
import type { Run } from '../mapping/run.js';
import { child, NONE, type Node, type Tree } from '../xml/tree.js';

const AUTHOR = nameId('author');
const INFORMANT = nameId('informant');
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
    // A hole is left by a resource that could not be made.
    if (made === undefined || !made.mapping.provenance) continue;
    const place = authorshipOf(run.tree, made.node);
    const others = targets.get(place);
    if (others === undefined) targets.set(place, [made]);
    else others.push(made);
  }
  for (const [place, resources] of targets) {
    run.targets = resources;
    const provenance = run.make(mapping, place);
    if (provenance !== undefined) provenance.matched = true;
  }
  run.targets = [];
}

/** The nearest element at or above the node that names an author or informant, else the document (CDA R2 4.4). */
function authorshipOf(tree: Tree, node: Node): Node {
  for (let at = node; at > ROOT_ELEMENT; at = tree.parent[at]!) {
    if (child(tree, at, AUTHOR) !== NONE || child(tree, at, INFORMANT) !== NONE) return at;
  }
  return ROOT_ELEMENT;
}
