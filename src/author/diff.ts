/** `cairn diff`: what another mapping set makes of the same documents. */
import type { FhirResource } from 'fhir/r4.js';
import type { Conversion, TraceEntry } from '../conversion.js';
import { valueChanges } from './value-changes.js';

/** A value or a resource that the two sets make differently. */
export interface BundleChange {
  readonly kind: 'added' | 'gone' | 'changed';
  /** `Condition` for a resource, `Condition.code.coding.display` for a value; without indexes, so that changes can be counted. */
  readonly element: string;
  /**
   * Where it stands: `Condition/7c1d….code.coding[0].display`. This is its place in the later Bundle; for a value that
   * is gone, in the earlier one.
   */
  readonly target: string;
  /** The value before and after, or the whole resource. */
  readonly from?: unknown;
  readonly to?: unknown;
  /** The rules that made it: in the earlier set, and in the later set. */
  readonly fromRule?: string;
  readonly toRule?: string;
}

/** What differs of one document. */
export interface DocumentDiff {
  readonly changes: readonly BundleChange[];
  /** Facts that are not accounted for, before and after. */
  readonly unmapped: readonly [from: number, to: number];
  /** The complaint of a set that could not convert the document. */
  readonly failed?: { readonly from?: string; readonly to?: string };
}

/** The conversion of a document by one set, with the hash of that set, which the comparison leaves out. */
export interface Side {
  readonly conversion: Conversion;
  /** What a trace of the same conversion says of a leaf. It is asked for only where something differs. */
  readonly traceOf: (target: string) => TraceEntry | undefined;
  readonly hash: string;
}

/**
 * Compares two conversions of one document. It leaves out Provenance and the hash of the set, which differ between any
 * two sets.
 */
export function diffOf(from: Side, to: Side): DocumentDiff {
  const [before, after] = [resourcesOf(from), resourcesOf(to)];
  const changes: BundleChange[] = [];
  const [fromRule, toRule] = [rulesOf(from), rulesOf(to)];
  matchByContent(before, after, changes);
  for (const [key, { resource, text }] of before) {
    const later = after.get(key);
    if (later === undefined)
      changes.push({
        kind: 'gone',
        element: resource.resourceType,
        target: key,
        from: resource,
        ...stated('fromRule', fromRule.ofResource(key)),
      });
    else if (later.text !== text)
      for (const value of valueChanges(JSON.parse(text), JSON.parse(later.text), resource.resourceType, key, key))
        changes.push({
          kind: value.kind,
          element: value.element,
          target: value.kind === 'gone' ? value.fromTarget : value.toTarget,
          ...stated('from', value.from),
          ...stated('to', value.to),
          ...(value.kind === 'added' ? {} : stated('fromRule', fromRule.of(value.fromTarget))),
          ...(value.kind === 'gone' ? {} : stated('toRule', toRule.of(value.toTarget))),
        });
  }
  for (const [key, { resource }] of after)
    if (!before.has(key))
      changes.push({
        kind: 'added',
        element: resource.resourceType,
        target: key,
        to: resource,
        ...stated('toRule', toRule.ofResource(key)),
      });
  return { changes, unmapped: [from.conversion.ledger.totals.unmapped, to.conversion.ledger.totals.unmapped] };
}

function stated<K extends string, T>(key: K, value: T | undefined): Partial<Record<K, T>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, T>);
}

interface Compared {
  readonly resource: FhirResource;
  readonly text: string;
  /** Whether the hash of the set stands in the resource. Its id may then depend on the hash. */
  readonly hasHash: boolean;
}

/**
 * Removes from both maps the resources that say the same under another id, and tells each as one change, of the id.
 * The Device for Cairn itself is not told: its id is made from the hash of the set.
 */
function matchByContent(before: Map<string, Compared>, after: Map<string, Compared>, changes: BundleChange[]): void {
  const withoutId = ({ resource, text }: Compared): string => text.replace(`"id":"${resource.id ?? ''}"`, '');
  const open = new Map([...after].flatMap(([key, one]) => (before.has(key) ? [] : [[withoutId(one), key] as const])));
  for (const [key, one] of [...before]) {
    if (after.has(key)) continue;
    const other = open.get(withoutId(one));
    const same = other === undefined ? undefined : after.get(other);
    if (other === undefined || same === undefined) continue;
    before.delete(key);
    after.delete(other);
    if (one.hasHash) continue;
    const { resourceType, id } = one.resource;
    changes.push({
      kind: 'changed',
      element: `${resourceType}.id`,
      target: `${other}.id`,
      from: id,
      to: same.resource.id,
    });
  }
}

/** The resources that are compared, by type and id. */
function resourcesOf({ conversion, hash }: Side): Map<string, Compared> {
  const resources = new Map<string, Compared>();
  for (const { resource } of conversion.bundle.entry ?? []) {
    if (resource === undefined || resource.resourceType === 'Provenance') continue;
    const text = JSON.stringify(resource);
    const hasHash = text.includes(hash);
    resources.set(`${resource.resourceType}/${resource.id ?? ''}`, {
      resource: resource as FhirResource,
      text: hasHash ? text.replaceAll(hash, 'HASH') : text,
      hasHash,
    });
  }
  return resources;
}

/** The rule that made a target. */
function rulesOf({ traceOf }: Side): {
  of: (target: string) => string | undefined;
  ofResource: (key: string) => string | undefined;
} {
  const of = (target: string): string | undefined => {
    const entry = traceOf(target);
    return entry === undefined || entry.file === '' ? undefined : `${entry.file}#${entry.rule}`;
  };
  return { of, ofResource: (key) => of(`${key}.resourceType`) };
}
