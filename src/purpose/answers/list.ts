import type { CodeableConcept, List } from 'fhir/r4.js';
import { changeFlags } from '../../record/changes.js';
import { referenceInCollection } from '../closure.js';
import type { DraftAnswer } from './draft.js';

/** A snapshot: an entry for each resource that an item found, under the item's id. Changed resources are flagged. */
export function answerAsList({ purpose, items, record, parameters, id }: DraftAnswer): List {
  const [patient] = record.patients;
  const date = parameters.get('date');
  const since = purpose.since === undefined ? undefined : parameters.get('since');
  const flags = since === undefined ? undefined : changeFlags(record, since);
  const entry = items
    .filter(({ item }) => item.include !== false)
    .flatMap(({ item, found }) =>
      found.map((resource) => ({
        flag: flagOf(item.id, flags?.get(`${resource.resourceType}/${resource.id ?? ''}`)),
        item: referenceInCollection(resource),
      })),
    );
  return {
    resourceType: 'List',
    id,
    status: 'current',
    mode: 'snapshot',
    title: purpose.title,
    ...(patient === undefined ? {} : { subject: referenceInCollection(patient) }),
    ...(date === undefined ? {} : { date }),
    ...(entry.length === 0 ? { emptyReason: NOTHING_FOUND } : { entry }),
  };
}

/** A fact may be true although the documents do not show it. */
const NOTHING_FOUND: CodeableConcept = {
  coding: [
    {
      system: 'http://terminology.hl7.org/CodeSystem/list-empty-reason',
      code: 'unavailable',
      display: 'Unavailable',
    },
  ],
};

function flagOf(item: string, changes: readonly string[] = []): CodeableConcept {
  return {
    ...(changes.length === 0 ? {} : { coding: changes.map((code) => ({ system: 'urn:cairn:change', code })) }),
    text: [item, ...changes].join(', '),
  };
}
