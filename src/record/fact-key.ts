/** When two resources say the same fact: the keys of fact-keys.json, read from a resource. */
import { readFileSync } from 'node:fs';
import type { FhirResource } from 'fhir/r4.js';

interface FactKeys {
  readonly keys: Readonly<Record<string, readonly (readonly string[])[]>>;
  /** Elements that together make one statement. */
  readonly whole: readonly string[];
  /** Elements that deny the whole fact. A resource without them affirms it. */
  readonly denying: readonly string[];
  /** People, places and proof: they come with facts, and are not facts themselves. */
  readonly noFacts: readonly string[];
  readonly possible: Readonly<Record<string, readonly [code: string, day: string]>>;
}

export const factKeys = JSON.parse(readFileSync(new URL('./fact-keys.json', import.meta.url), 'utf8')) as FactKeys;

/**
 * The keys of a resource. Two resources that have a key in common say the same fact. Every coding gives a key of its
 * own.
 */
export function keysOf(resource: FhirResource): string[] {
  const keys = Object.hasOwn(factKeys.keys, resource.resourceType) ? factKeys.keys[resource.resourceType]! : [];
  return keys.flatMap((parts, index) => {
    let combined = [`${resource.resourceType} ${index}`];
    for (const part of parts) {
      const values =
        part
          .split('|')
          .map((path) => valuesOf(resource, path))
          .find((found) => found.length > 0) ?? [];
      combined = combined.flatMap((before) => values.map((value) => `${before} ${value}`));
    }
    return combined;
  });
}

/** What stands at a path, each as a text: `code.coding`, `onset@day`. A choice is found under each of its names. */
export function valuesOf(resource: object, path: string): string[] {
  const { steps, form } = readPath(path);
  let found: unknown[] = [resource];
  for (const step of steps) {
    const next: unknown[] = [];
    for (const one of found) inside(one, step, next);
    if (next.length === 0) return [];
    found = next;
  }
  return [...new Set(found.flatMap((one) => textOf(one, form)))];
}

interface FactPath {
  readonly steps: readonly string[];
  readonly form: string | undefined;
}

const paths = new Map<string, FactPath>();

function readPath(path: string): FactPath {
  let read = paths.get(path);
  if (read === undefined) {
    const [steps = '', form] = path.split('@');
    paths.set(path, (read = { steps: steps.split('.'), form }));
  }
  return read;
}

function inside(value: unknown, name: string, found: unknown[]): void {
  if (typeof value !== 'object' || value === null) return;
  for (const key in value) {
    if (!key.startsWith(name) || (key.length > name.length && !isChoice(key, name))) continue;
    const inner = (value as Record<string, unknown>)[key];
    if (Array.isArray(inner)) found.push(...(inner as unknown[]));
    else found.push(inner);
  }
}

/** Whether a name is a choice of the element: `onsetDateTime` is one of `onset`, but `valueSet` is none of `value`. */
const CHOICES =
  /^(DateTime|Period|Quantity|CodeableConcept|Reference|String|Integer|Boolean|Range|Ratio|Age|Timing|Instant|Date|SampledData|Time)$/;

function isChoice(key: string, name: string): boolean {
  return CHOICES.test(key.slice(name.length));
}

interface Parts {
  readonly system?: string;
  readonly code?: string;
  readonly value?: unknown;
  readonly unit?: string;
  readonly start?: string;
  readonly reference?: string;
  readonly coding?: readonly Parts[];
}

function textOf(value: unknown, form: string | undefined): string[] {
  if (value === undefined || value === null) return [];
  if (form !== undefined) {
    const text = typeof value === 'string' ? value : (value as Parts).start;
    const length = form === 'day' ? 10 : 16;
    // A month is not a day, so the key is absent. If both sources give no more than a day, a day is enough.
    return text === undefined || text.length < 10 ? [] : [text.slice(0, length)];
  }
  if (typeof value !== 'object') return [JSON.stringify(value)];
  const { system, code, value: inner, unit, reference, coding } = value as Parts;
  if (reference !== undefined) return [reference];
  if (coding !== undefined) return coding.flatMap((one) => textOf(one, undefined));
  if (inner !== undefined) return [`${system ?? ''}|${code ?? unit ?? ''}|${JSON.stringify(inner)}`];
  if (code !== undefined) return [`${system ?? ''}|${code}`];
  return [JSON.stringify(value)];
}
