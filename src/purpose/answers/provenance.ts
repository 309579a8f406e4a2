import type { FhirResource, Provenance } from 'fhir/r4.js';
import { uuidV5, namespaceBytes } from '../../bundle/uuid.js';
import { referenceInCollection } from '../closure.js';
import type { DraftAnswer } from './draft.js';
import { VERSION } from '../../version.js';

const NAMESPACE = namespaceBytes('8f0e3c52-41b4-5c5e-9d35-2f8b7f6c1a90');

/**
 * Who put the answer together (Cairn, with its version and the purpose's hash), and from which documents. Cairn has no
 * clock, so `recorded` is the time at which the last document arrived, or else the time at which the last one was
 * written.
 */
export function answerProvenance(draft: DraftAnswer, resource: FhirResource | undefined): Provenance {
  const { record, id, hash, purpose, bundle } = draft;
  const times = [...record.documents.values()].flatMap(({ received }) => received ?? []);
  const written = record.index.ofType('Provenance').flatMap((one) => (one as Partial<Provenance>).recorded ?? []);
  const recorded = latest(times) ?? latest(written);
  const sources = [...record.documents.keys()]
    .sort()
    .flatMap((one) => record.index.resolve(`DocumentReference/${one}`) ?? []);
  return {
    resourceType: 'Provenance',
    id: uuidV5(NAMESPACE, `${id}/provenance`),
    target: [{ reference: `urn:uuid:${resource?.id ?? bundle.id ?? ''}` }],
    ...(recorded === undefined ? ({ _recorded: UNKNOWN } as unknown as { recorded: string }) : { recorded }),
    agent: [
      {
        type: {
          coding: [
            {
              system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type',
              code: 'assembler',
              display: 'Assembler',
            },
          ],
        },
        who: { display: `Cairn ${VERSION}, purpose ${purpose.id} ${hash}` },
      },
    ],
    ...(sources.length === 0
      ? {}
      : { entity: sources.map((source) => ({ role: 'source' as const, what: referenceInCollection(source) })) }),
  };
}

const UNKNOWN = {
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
};

/** As instants; what is equal, by its text. */
function latest(times: readonly string[]): string | undefined {
  return [...times].sort((a, b) => Date.parse(b) - Date.parse(a) || (a < b ? 1 : -1))[0];
}
