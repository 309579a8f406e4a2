import type { Bundle, FhirResource } from 'fhir/r4.js';
import type { TraceEntry, TracePlace, TraceReason } from '../conversion.js';
import { knownFrom } from '../mapping/identity-key.js';
import type { MappedResource } from '../mapping/mapped-resource.js';
import { valueAtPointer } from '../mapping/mapping-file.js';
import { findRule, type RulePlace } from '../mapping/rule-place.js';
import type { ResourceMaker } from '../mapping/resource-maker.js';
import { positionOf, xpathOf } from '../xml/position.js';
import { NONE, type Node } from '../xml/tree.js';
import { around, forEachLeaf } from './leaves.js';
import { TracedResource } from './traced-resource.js';

/** A resource of the Bundle, with everything that became part of it. */
export interface Kept {
  readonly resource: MappedResource;
  readonly merged: readonly MappedResource[];
}

/**
 * For every leaf of the Bundle, in order: the directive that put it there and the facts that it came from. With `all`,
 * also the facts that decided it (`$when`, an equality in a selector).
 */
export function traceOf(
  run: ResourceMaker,
  bundle: Bundle,
  kept: readonly Kept[],
  all: boolean,
  added?: AddedTo,
): TraceEntry[] {
  const context = contextOf(run, kept, all);
  const entries: TraceEntry[] = [];
  const frame = (target: string): void => {
    entries.push({ target, by: 'engine', mapping: '', file: '', rule: '', sources: [] });
  };
  forEachLeaf({ ...bundle, entry: undefined }, (path) => frame(`Bundle.${path}`));
  bundle.entry?.forEach(({ resource, ...others }, index) => {
    forEachLeaf(others, (path) => frame(`Bundle.entry[${index}].${path}`));
    const one = context.byAddress.get(others.fullUrl ?? '');
    if (one === undefined || resource === undefined) return;
    const traced = new TracedResource(one.merged);
    const additions = added?.get(one.resource.address);
    forEachLeaf(resource, (path, value) => {
      const origin = additions === undefined ? undefined : originOf(additions, path);
      const made = entryOf(run, resource as FhirResource, one, traced, origin?.from ?? path, value, context);
      if (origin === undefined) entries.push(made);
      else entries.push({ ...made, target: targetOf(resource as FhirResource, path), ...origin.instead });
    });
  });
  return entries;
}

/**
 * Looks up what `traceOf` says of a leaf, by its target (`Condition/7c1d….code.text`), for whoever asks of few: only the
 * resources that are asked for are looked through.
 */
export function traceLookup(
  run: ResourceMaker,
  bundle: Bundle,
  kept: readonly Kept[],
): (target: string) => TraceEntry | undefined {
  const context = contextOf(run, kept, false);
  const entryOfKey = new Map(
    bundle.entry?.map((entry) => [`${entry.resource?.resourceType ?? ''}/${entry.resource?.id ?? ''}`, entry]),
  );
  const known = new Map<string, ReadonlyMap<string, TraceEntry>>();
  return (target) => {
    const key = target.slice(0, target.indexOf('.'));
    let entries = known.get(key);
    if (entries === undefined) {
      const { resource, fullUrl = '' } = entryOfKey.get(key) ?? {};
      const one = context.byAddress.get(fullUrl);
      const found = new Map<string, TraceEntry>();
      if (resource !== undefined && one !== undefined) {
        const traced = new TracedResource(one.merged);
        forEachLeaf(resource, (path, value) => {
          const entry = entryOf(run, resource as FhirResource, one, traced, path, value, context);
          found.set(entry.target, entry);
        });
      }
      known.set(key, (entries = found));
    }
    return entries.get(target);
  };
}

function contextOf(run: ResourceMaker, kept: readonly Kept[], all: boolean): Context {
  return { byAddress: new Map(kept.map((one) => [one.resource.address, one])), ...lookups(run), all };
}

/** The origin of a part of a resource that no directive made, because it was added when the resource was finished. */
export interface Addition {
  readonly rule: string;
  /** The source of the rule: `RxNorm NDC|2026-11-03`. */
  readonly by: string;
  /** The element that it was made from: `code.coding[0].code`. */
  readonly from: string;
  /** Whether the value at `from` was moved here unchanged. */
  readonly moved: boolean;
}
/** By the address of the resource. */
export type AddedTo = ReadonlyMap<string, ReadonlyMap<string, Addition>>;

/** The leaf that an added leaf was made from, and what the entry says instead. */
function originOf(
  additions: ReadonlyMap<string, Addition>,
  path: string,
): { from: string; instead: Partial<TraceEntry> } | undefined {
  for (const at of around(path)) {
    const found = additions.get(at);
    if (found === undefined) continue;
    const { rule, by, from, moved } = found;
    if (moved) return { from: from + path.slice(at.length), instead: {} };
    return { from, instead: { by: 'terms', mapping: '', file: by, rule } };
  }
  return undefined;
}

function targetOf({ resourceType, id = '' }: FhirResource, path: string): string {
  return `${resourceType}/${id}.${path}`;
}

interface Lookups {
  readonly placeOf: (node: Node) => TracePlace;
  readonly ruleOf: (rule: string) => RulePlace | undefined;
}

interface Context extends Lookups {
  readonly byAddress: ReadonlyMap<string, Kept>;
  readonly all: boolean;
}

function entryOf(
  run: ResourceMaker,
  resource: FhirResource,
  { resource: made }: Kept,
  traced: TracedResource,
  path: string,
  value: unknown,
  { byAddress, placeOf, ruleOf, all }: Context,
): TraceEntry {
  const { mapping } = made;
  const target = targetOf(resource, path);
  const found = traced.leaf(path);
  const entry = (by: TraceReason, id: string, rule: string, nodes: readonly Node[], row?: string): TraceEntry => {
    const place = ruleOf(rule);
    const map = row === undefined ? undefined : ruleOf(row);
    const used = all ? traced.usedFor(path).filter((node) => !nodes.includes(node)) : [];
    return {
      target,
      by,
      mapping: id,
      file: place?.file ?? '',
      rule: place?.pointer ?? '',
      sources: nodes.map(placeOf),
      ...(map === undefined ? {} : { conceptMap: { file: map.file, rule: map.pointer } }),
      ...(all ? { used: used.map(placeOf) } : {}),
    };
  };
  const top = `${mapping.file}#`;
  if (path === 'id') {
    const stated = ruleOf(`${top}/identity`) === undefined ? top : `${top}/identity`;
    return entry('identity', mapping.id, stated, sourcesOfId(run, made));
  }
  if (path === 'resourceType') return entry('mapping', mapping.id, `${top}/resource/resourceType`, [made.node]);
  if (path.startsWith('meta.profile[') && found.rule === undefined)
    return entry('profile', mapping.id, profileRule(ruleOf(top), top, value), []);
  const referred = path.endsWith('.reference') ? byAddress.get(String(value)) : undefined;
  const rule = found.rule ?? `${top}/resource`;
  const by = found.mapping?.id ?? mapping.id;
  if (referred !== undefined)
    return entry('reference', by, rule, referred.resource.node === NONE ? [] : [referred.resource.node]);
  const directive = saysSo(ruleOf(rule));
  const nodes = found.nodes.length > 0 || !directive ? found.nodes : found.near;
  if (nodes.length > 0) return entry('document', by, rule, nodes, found.conceptMap);
  return entry(directive ? 'mapping' : 'engine', by, rule, [], found.conceptMap);
}

/** The nodes that the resource is known by, found while the statements of its group are set. */
function sourcesOfId(run: ResourceMaker, { mapping, node, nodes }: MappedResource): readonly Node[] {
  const { group } = run;
  run.group = nodes.length > 1 ? nodes : [];
  const sources = knownFrom(run, mapping, node);
  run.group = group;
  return sources;
}

/** The rule by which a mapping claims a profile. */
function profileRule(mapping: RulePlace | undefined, top: string, url: unknown): string {
  const claims = valueAtPointer(mapping?.value, '/profiles');
  const index = Array.isArray(claims) ? claims.findIndex((claim) => (claim as { url?: unknown }).url === url) : -1;
  return index < 0 ? top : `${top}/profiles/${index}/url`;
}

/**
 * Whether there is a directive or a literal at that place. An object with only elements says nothing that its elements
 * don't say.
 */
function saysSo(place: RulePlace | undefined): boolean {
  const value = place?.value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value !== undefined;
  return Object.keys(value).some((key) => key.startsWith('$') && key !== '$comment');
}

/** Each place and rule is looked up once, because a value is in many leaves and a rule makes many values. */
function lookups({ tree, mappings }: ResourceMaker): Lookups {
  const places = new Map<Node, TracePlace>();
  const rules = new Map<string, RulePlace | undefined>();
  return {
    placeOf: (node) => {
      let place = places.get(node);
      if (place === undefined) places.set(node, (place = { source: xpathOf(tree, node), ...positionOf(tree, node) }));
      return place;
    },
    ruleOf: (rule) => {
      if (!rules.has(rule)) rules.set(rule, findRule(mappings.files, rule));
      return rules.get(rule);
    },
  };
}
