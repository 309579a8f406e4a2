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
  const { byAddress, became } = join(live, keepRepeats);
  for (const [address, several] of byAddress) giveIds(address, several);
  for (const { references } of live) writeReferences(references, became);
  const kept = [...byAddress.values()].flat();
  for (const { resource, merged } of kept) {
    // The trace of a merged resource leads to the resource that it was merged into.
    for (const one of merged) one.resource.id = resource.resource.id!;
    withoutRepeats(resource, merged);
  }
  return kept.sort((a, b) => a.resource.node - b.resource.node);
}

/** The resources that stay, while one after the other is joined. */
interface Joined {
  /** Those with the same key, by their first address. Several of one key are not the same. */
  readonly byAddress: Map<string, Kept[]>;
  /** The second and further ones of a key, by address and content. */
  readonly byContent: Map<string, Kept>;
  /** What each resource was merged into. */
  readonly became: Map<MappedResource, MappedResource>;
}

/** Whether a resource that stays is the same as this one, and has taken in what it says. */
type Takes = (one: Kept, resource: MappedResource) => boolean;

/** Joins the resources that are the same. */
function join(live: readonly Live[], keepRepeats: boolean): Joined {
  const alike = alikeKeys(live.map(({ resource }) => resource));
  // The addresses so far, so that resources can be compared by the resources that they refer to.
  for (const { resource } of live) resource.address = addressOf(resource, alike.get(resource) ?? resource.key);
  for (const { references } of live) writeReferences(references, new Map());

  const joined: Joined = { byAddress: new Map(), byContent: new Map(), became: new Map() };
  const { byAddress, byContent, became } = joined;
  const takes: Takes = (one, resource) =>
    !(keepRepeats && isRepeat(one.resource, resource)) && takesIn(one, resource, became);
  for (const { resource, references } of targetsFirst(live)) {
    if (became.size > 0 || byContent.size > 0) writeReferences(references, became);
    const first = byAddress.get(resource.address)?.[0];
    if (first !== undefined && alike.has(resource)) {
      if (takes(first, resource)) continue;
      // If they differ in something that can be said only once, they are two, each with its own key.
      resource.address = addressOf(resource, resource.key);
    }
    put(resource, joined, takes);
  }
  // The texts of a large document's keys are as long as its entries.
  for (const { resource } of live) resource.key = '';
  return joined;
}

/** Puts a resource into the one that is the same, else beside those of its key, with an address of its own. */
function put(resource: MappedResource, { byAddress, byContent }: Joined, takes: Takes): void {
  const { address } = resource;
  const several = byAddress.get(address);
  if (several === undefined) {
    byAddress.set(address, [{ resource, merged: [resource] }]);
    return;
  }
  if (takes(several[0]!, resource)) return;
  // Compared only with the first of them, and with the one that says the same: a sender may give one id to thousands
  // of entries.
  const content = `${address}|${JSON.stringify({ ...resource.resource, text: undefined })}`;
  const same = byContent.get(content);
  if (same !== undefined && takes(same, resource)) return;
  const another = { resource, merged: [resource] };
  resource.address = `${address}|${several.push(another)}`;
  byContent.set(content, another);
}

/** Whether both come from statements, and from different places. */
function isRepeat(one: MappedResource, other: MappedResource): boolean {
  if (!one.mapping.provenance || !other.mapping.provenance) return false;
  return !other.nodes.some((node) => one.nodes.includes(node));
}

/** A `urn:uuid:` resolves in every type of Bundle, and a server rewrites it on loading (FHIR R4, 3.1.0.11.2). */
const UUID = 'urn:uuid:';

/** Of a hash, because a key may be all that a statement says, and references are compared by it. */
function addressOf({ resource }: MappedResource, key: string): string {
  return UUID + uuidV5(NAMESPACE, `${resource.resourceType}|${key}`);
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
function giveIds(address: string, several: readonly Kept[]): void {
  const id = address.slice(UUID.length);
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

function giveId(made: MappedResource, id: string): void {
  made.resource.id = id;
  made.address = UUID + id;
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
