/**
 * Where the values of a resource stand in its source documents: XPath, line and column, from the traces of the
 * conversions.
 */
import type { FhirResource, ParametersParameter } from 'fhir/r4.js';
import type { TraceEntry, TracePlace } from '../../conversion.js';
import type { RecordedDocument } from '../../record/person-record.js';
import type { PurposeAnswer } from '../purpose-answer.js';
import { resourceKey } from '../../bundle/address.js';
import { part } from './part.js';

/** An element, and one of the facts that it was made of. */
type Place = TracePlace & { readonly target: string };
type Places = ReadonlyMap<string, readonly Place[]>;

const read = new WeakMap<readonly TraceEntry[], Places>();

/** The trace of a document by resource. It is read once, because an answer asks for many places. */
function placesIn({ trace }: RecordedDocument): Places {
  if (trace === undefined) return new Map();
  let places = read.get(trace);
  if (places === undefined) {
    const byResource = new Map<string, Place[]>();
    for (const { target, by, sources } of trace) {
      if (by !== 'document') continue;
      const resource = target.slice(0, target.indexOf('.'));
      const of = byResource.get(resource) ?? [];
      of.push(...sources.map((source) => ({ target, ...source })));
      byResource.set(resource, of);
    }
    read.set(trace, (places = byResource));
  }
  return places;
}

/** A `place` for each value of a resource, in every document that says it. */
export function placeParts(resource: FhirResource, answer: PurposeAnswer): ParametersParameter[] {
  const { record, sources } = answer;
  const names = idsOf(resource, answer);
  return sources.documents(resource).flatMap(({ id }) => {
    const document = record.documents.get(id ?? '');
    if (document === undefined) return [];
    const places = placesIn(document);
    return names.flatMap((name) =>
      (places.get(name) ?? []).map(({ target, source, line, column }) => ({
        name: 'place',
        part: [
          { name: 'element', valueString: target.slice(name.length + 1) },
          { name: 'source', valueString: source },
          { name: 'line', valueInteger: line },
          { name: 'column', valueInteger: column },
          ...part('document', document.name),
        ],
      })),
    );
  });
}

/** The resource's own name, and its names in single documents before it was joined with others. */
function idsOf(resource: FhirResource, { record }: PurposeAnswer): string[] {
  const before = [...record.joined].filter(([, id]) => id === resource.id).map(([id]) => id);
  return [resourceKey(resource), ...before.map((id) => `${resource.resourceType}/${id}`)];
}

/** The place where a section of a Composition begins: the place of its title in the trace, or else of its code. */
export function placeOfSection(
  element: string,
  { record }: PurposeAnswer,
): { line: number; column: number } | undefined {
  const name = element.slice(0, element.indexOf('.'));
  const section = element.replace(/\.text$/, '.');
  for (const document of record.documents.values()) {
    const found = (placesIn(document).get(name) ?? []).filter(
      ({ target }) => target.startsWith(section) && !target.startsWith(`${section}section[`),
    );
    const [first] = found.sort((a, b) => a.line - b.line || a.column - b.column);
    if (first !== undefined) return { line: first.line, column: first.column };
  }
  return undefined;
}
