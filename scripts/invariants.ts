import type { Bundle, Provenance, Resource } from 'fhir/r4.js';
import type { Conversion } from '../src/conversion.js';

/** What is wrong with a conversion by Cairn's own promises. The reference validator does not check these. */
export function violations({ bundle, ledger }: Conversion): string[] {
  return [...identityViolations(bundle), ...referenceViolations(bundle), ...typeViolations(bundle), ...sums(ledger)];
}

function identityViolations(bundle: Bundle): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  for (const { fullUrl, resource } of bundle.entry ?? []) {
    const id = resource === undefined ? 'an entry' : `${resource.resourceType}/${resource.id ?? ''}`;
    if (fullUrl === undefined) found.push(`${id} has no fullUrl`);
    else if (seen.has(fullUrl)) found.push(`fullUrl twice: ${fullUrl}`);
    if (resource?.id === undefined) found.push(`${id} has no id`);
    else if (seen.has(id)) found.push(`id twice: ${id}`);
    seen.add(fullUrl ?? '').add(id);
  }
  return found;
}

function referenceViolations(bundle: Bundle): string[] {
  const found: string[] = [];
  const byName = namesOf(bundle);
  for (const { resource } of bundle.entry ?? []) {
    if (resource === undefined) continue;
    const contained = new Set(containedIn(resource).map((inner) => `#${inner.id ?? ''}`)).add('#');
    for (const reference of referencesIn(resource)) {
      if (byName.has(reference) || contained.has(reference)) continue;
      found.push(`${resource.resourceType} points at ${generalised(reference)}, which is not in the Bundle`);
    }
  }
  return found;
}

function typeViolations(bundle: Bundle): string[] {
  const entries = bundle.entry ?? [];
  if (bundle.type === 'transaction') {
    const wrong = entries.filter(
      ({ resource, request }) =>
        request?.method !== 'PUT' || request.url !== `${resource?.resourceType ?? ''}/${resource?.id ?? ''}`,
    );
    return wrong.map(({ resource }) => `${resource?.resourceType ?? 'an entry'} has no PUT by its id`);
  }
  if (bundle.type !== 'document') return [];
  const first = entries[0]?.resource?.resourceType;
  return [
    ...(first === 'Composition' ? [] : [`a document starts with ${first ?? 'nothing'}`]),
    ...unreachable(bundle).map((type) => `the Composition does not lead to a ${type}`),
  ];
}

/**
 * Everything in a document Bundle is reached from its Composition, or is a Provenance of something that is (FHIR R4
 * 3.3.1).
 */
function unreachable(bundle: Bundle): string[] {
  const byName = namesOf(bundle);
  const reached = new Set<Resource>();
  const follow = (resource: Resource | undefined): void => {
    if (resource === undefined || reached.has(resource)) return;
    reached.add(resource);
    for (const reference of referencesIn(resource)) follow(byName.get(reference));
  };
  const resources = (bundle.entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [resource]));
  follow(resources[0]);
  for (const resource of resources) {
    if (resource.resourceType !== 'Provenance') continue;
    const targets = (resource as Provenance).target.map(({ reference }) => byName.get(reference ?? ''));
    if (targets.some((target) => target !== undefined && reached.has(target))) follow(resource);
  }
  return resources.filter((resource) => !reached.has(resource)).map(({ resourceType }) => resourceType);
}

function sums({ totals, items }: Conversion['ledger']): string[] {
  const listed = totals.narrative + totals.dropped + totals.unmapped;
  return [
    ...(totals.facts === totals.mapped + totals.used + listed ? [] : ['the ledger does not add up']),
    ...(items.length === listed ? [] : ['the ledger lists not what it counts']),
  ];
}

function namesOf(bundle: Bundle): Map<string, Resource> {
  const names = new Map<string, Resource>();
  for (const { fullUrl, resource } of bundle.entry ?? []) {
    if (resource === undefined) continue;
    names.set(`${resource.resourceType}/${resource.id ?? ''}`, resource);
    if (fullUrl !== undefined) names.set(fullUrl, resource);
  }
  return names;
}

function containedIn(resource: Resource): readonly Resource[] {
  return (resource as { contained?: Resource[] }).contained ?? [];
}

function* referencesIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    if (key === 'reference' && typeof item === 'string') yield item;
    else yield* referencesIn(item);
  }
}

/** Without ids, so that the same mistake in many documents counts once. */
function generalised(reference: string): string {
  return reference.replace(/[0-9a-f-]{36}/, '<id>');
}
