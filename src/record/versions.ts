/** What one document says of each resource, with the data that decide which of two versions counts. */
import type { FhirResource, Provenance } from 'fhir/r4.js';
import { forEachReference } from '../search/resource-index.js';
import { contentHash, type ReadDocument } from './read-document.js';
import { provenanceSources, type Assembler, type SourceOf } from './source-kind.js';
import type { Version } from './union.js';

/** The resources of a document that are about these patients, or about nobody. */
export function versionsOf(
  document: ReadDocument,
  patients: ReadonlySet<FhirResource>,
  assemblers: readonly Assembler[],
): Version[] {
  const { source, index, id } = document;
  const others = index.ofType('Patient').filter((patient) => !patients.has(patient));
  const sources = provenanceSources({ index, documents: new Map([[id, source]]) }, assemblers);
  const written = timeOf(document.reference?.date);
  return document.resources
    .filter((resource) => !others.includes(resource) && !others.some((other) => isAbout(resource, other, index)))
    .map((resource) => {
      const provenances = sources.provenances(resource);
      let source: SourceOf | undefined;
      return {
        resource,
        document: id,
        // Needed only if documents say different things.
        get provenance() {
          return provenances.map((one) => one.id ?? '');
        },
        said: Math.max(-Infinity, ...provenances.map(saidAt)),
        get kind() {
          return (source ??= sources.of(resource)).kind;
        },
        get organization() {
          return (source ??= sources.of(resource)).organization;
        },
        written,
        part: isSubset(resource),
        get hash() {
          return hashOf(resource);
        },
      };
    });
}

const resourceHashes = new WeakMap<FhirResource, string>();

/** Needed only if nothing else decides between two versions, but then often. */
function hashOf(resource: FhirResource): string {
  let hash = resourceHashes.get(resource);
  if (hash === undefined) resourceHashes.set(resource, (hash = contentHash(resource)));
  return hash;
}

/** The tag says that it is not the whole resource. */
export function isSubset({ meta }: FhirResource): boolean {
  return meta?.tag?.some(({ code }) => code === 'SUBSETTED') ?? false;
}

function isAbout(resource: FhirResource, patient: FhirResource, index: ReadDocument['index']): boolean {
  let found = false;
  forEachReference(resource, (reference) => (found ||= index.resolve(reference) === patient));
  return found;
}

/** The time when the author said it: `recorded`, or else the time when it happened. */
function saidAt(provenance: Provenance): number {
  const { occurredDateTime, occurredPeriod } = provenance;
  // FHIR requires it, but it is absent if no document tells it.
  const recorded = provenance.recorded as string | undefined;
  return timeOf(recorded ?? occurredDateTime ?? occurredPeriod?.end ?? occurredPeriod?.start);
}

function timeOf(text: string | undefined): number {
  const time = text === undefined ? NaN : Date.parse(text);
  return Number.isNaN(time) ? -Infinity : time;
}
