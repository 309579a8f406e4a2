import { authorshipOf } from '../cda/authors.js';
import type { MappedResource } from '../mapping/mapped-resource.js';
import type { Run } from '../mapping/run.js';
import type { Node } from '../xml/tree.js';

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
  for (const [place, resources] of targets) {
    run.targets = resources;
    const provenance = run.make(mapping, place);
    if (provenance !== undefined) provenance.matched = true;
  }
  run.targets = [];
}
