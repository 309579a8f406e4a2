import { TARGET, type MappedResource, type PendingReference } from '../mapping/mapped-resource.js';
import { canonicalText } from '../mapping/identity-key.js';
import { alikeKeys } from './alike.js';
import { merge } from './merge.js';
import { reachable, withoutRepeats } from './references.js';
import { namespaceBytes, uuidV5 } from './uuid.js';

/** The namespace of all ids that Cairn makes (RFC 4122, 4.3). It must never change: all ids would. */
const NAMESPACE = namespaceBytes('4b1c5f0a-6f0e-5d0c-9b58-9d3a1f2c7e44');

/** A resource that stays, and all resources that were merged into it, itself first. */
interface Kept {
  readonly resource: MappedResource;
  readonly merged: MappedResource[];
}

/**
 * Gives every resource its id and writes the references. Ids follow from the source alone: the same entry gets the same id
 * in every document of the patient, so loading is an upsert, and a mapping that writes more or less changes no id.
 *
 * Two resources with one key are either the same, and become one (a participant mentioned twice, an entry repeated in
 * two sections), or a sender has reused an id: see `giveIds`.
 *
 * With `keepRepeats` a statement that is told in two places stays two resources.
 *
 * Answers what stays, in document order, and the resources that went into each (their journals count, too).
 */
export function identify(
  made: readonly MappedResource[],
  keepRepeats = false,
): { resource: MappedResource; merged: readonly MappedResource[] }[] {
  const live = reachable(made);
  const alike = alikeKeys(live.map(({ resource }) => resource));
  // The addresses so far, so that resources can be compared by the resources that they refer to.
  for (const { resource } of live) resource.address = addressOf(resource, alike.get(resource) ?? resource.key);
  for (const { references } of live) writeReferences(references, new Map());

  const byKey = new Map<string, Kept[]>();
  const byContent = new Map<string, Kept>();
  const became = new Map<MappedResource, MappedResource>();
  for (const { resource, references } of targetsFirst(live)) {
    if (became.size > 0 || byContent.size > 0) writeReferences(references, became);
    const joint = byKey.get(resource.address)?.[0];
    const takes = (one: Kept): boolean =>
      !(keepRepeats && isRepeat(one.resource, resource)) && takesIn(one, resource, became);
    if (joint !== undefined && alike.has(resource)) {
      if (takes(joint)) continue;
      // If they differ in something that can be said only once, they are two, each with its own key.
      resource.address = addressOf(resource, resource.key);
    }
    const key = resource.address;
    const others = byKey.get(key);
    const [first] = others ?? [];
    if (others === undefined || first === undefined) {
      byKey.set(key, [{ resource, merged: [resource] }]);
      continue;
    }
    if (takes(first)) continue;
    // Compared only with the first of them, and with the one that says the same: a sender may give one id to thousands
    // of entries.
    const content = `${key}|${JSON.stringify({ ...resource.resource, text: undefined })}`;
    const same = byContent.get(content);
    if (same !== undefined && takes(same)) continue;
    const another = { resource, merged: [resource] };
    resource.address = `${key}|${others.push(another)}`;
    byContent.set(content, another);
  }
  for (const [key, same] of byKey) giveIds(key, same);
  for (const { references } of live) writeReferences(references, became);
  const kept = [...byKey.values()].flat();
  for (const { resource, merged } of kept) {
    // The trace of a merged resource leads to the resource that it was merged into.
    for (const one of merged) one.resource.id = resource.resource.id!;
    withoutRepeats(resource, merged);
  }
  return kept.sort((a, b) => a.resource.node - b.resource.node);
}

/** Whether both come from statements, and from different places. */
function isRepeat(one: MappedResource, other: MappedResource): boolean {
  if (!one.mapping.provenance || !other.mapping.provenance) return false;
  return !other.nodes.some((node) => one.nodes.includes(node));
}

function addressOf({ resource }: MappedResource, key: string): string {
  return `${resource.resourceType}|${key}`;
}

/** Whether the two are the same. If so, what the other one says is put into the first. */
function takesIn(kept: Kept, resource: MappedResource, became: Map<MappedResource, MappedResource>): boolean {
  if (!merge(kept.resource, resource)) return false;
  kept.merged.push(resource);
  became.set(resource, kept.resource);
  return true;
}

/**
 * One resource with a key has the id that follows from the key. Of several that are not the same the first in the document
 * has it, and the others the one that follows from what their source says, too.
 */
function giveIds(key: string, several: readonly Kept[]): void {
  const id = uuidV5(NAMESPACE, key);
  if (several.length === 1) return giveId(several[0]!.resource, id);
  const inOrder = several
    .map(({ resource, merged }) => ({ resource, first: merged.reduce((a, b) => (b.node < a.node ? b : a)) }))
    .sort((a, b) => a.first.node - b.first.node);
  const told = new Map<string, number>();
  inOrder.forEach(({ resource, first }, index) => {
    if (index === 0) return giveId(resource, id);
    const text = first.nodes.map((node) => canonicalText(first.tree, node)).join('');
    const times = (told.get(text) ?? 0) + 1;
    told.set(text, times);
    return giveId(resource, uuidV5(NAMESPACE, `${id}|${text}|${times}`));
  });
}

type Live = ReturnType<typeof reachable>[number];

/**
 * What is referred to before what refers to it, as far as there is no circle: whether two roles are the same depends on
 * whether their organizations turn out to be.
 */
function targetsFirst(live: readonly Live[]): Live[] {
  const waiting = new Map(live.map((one) => [one.resource, one]));
  const ordered: Live[] = [];
  const visit = (one: Live): void => {
    waiting.delete(one.resource);
    for (const reference of one.references) {
      const target = waiting.get(reference[TARGET]!);
      if (target !== undefined) visit(target);
    }
    ordered.push(one);
  };
  for (const one of live) if (waiting.has(one.resource)) visit(one);
  return ordered;
}

/** A `urn:uuid:` resolves in every type of Bundle, and a server rewrites it on loading (FHIR R4, 3.1.0.11.2). */
function giveId(made: MappedResource, id: string): void {
  made.resource.id = id;
  made.address = `urn:uuid:${id}`;
}

function writeReferences(
  references: readonly PendingReference[],
  became: ReadonlyMap<MappedResource, MappedResource>,
): void {
  for (const reference of references) {
    const target = reference[TARGET]!;
    reference.reference = (became.get(target) ?? target).address;
  }
}
