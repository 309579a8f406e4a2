/** A record as FHIR: a collection with what was joined, and Lists of what documents don't agree about. */
import type { Bundle, FhirResource, Linkage, List, ListEntry, Parameters, ParametersParameter } from 'fhir/r4.js';
import { fullUrlOf, isFhirUuid } from '../bundle/address.js';
import { namespaceBytes, uuidV5 } from '../bundle/uuid.js';
import type { RecordChanges } from './changes.js';
import type { PersonRecord } from './person-record.js';

const NAMESPACE = namespaceBytes('c7a2b1de-1f43-5a0c-9a57-3be1f0d5d4aa');
const BASE = 'https://cairn.example/fhir';

/**
 * The record as a collection: its resources, a Linkage where several Patients are one person (each keeps its id), the
 * List of conflicts and the List of what replaced documents alone have said, contained.
 */
export function recordBundle(record: PersonRecord): Bundle {
  const id = uuidV5(
    NAMESPACE,
    record.resources.map(({ resourceType, id: own }) => `${resourceType}/${own ?? ''}`).join('\n'),
  );
  const more: FhirResource[] = [
    ...linkageOf(record, uuidV5(NAMESPACE, `${id}/linkage`)),
    ...conflictList(record, uuidV5(NAMESPACE, `${id}/conflicts`)),
    ...withdrawnList(record, uuidV5(NAMESPACE, `${id}/withdrawn`)),
  ];
  return {
    resourceType: 'Bundle',
    id,
    type: 'collection',
    entry: [...record.resources, ...more].map((resource) => ({ fullUrl: fullUrlOf(resource, BASE), resource })),
  };
}

function refer(key: string): { reference: string } {
  const id = key.slice(key.indexOf('/') + 1);
  return { reference: isFhirUuid(id) ? `urn:uuid:${id}` : key };
}

/** It tells who is taken to be one person, and by which rule. It changes no Patient. */
function linkageOf({ patients, links }: PersonRecord, id: string): Linkage[] {
  if (patients.length < 2) return [];
  const rules = links
    .filter(({ result }) => result === 'MATCH')
    .map(({ patients: [one, other], rule }) => `${one} ${other}: ${rule}`);
  return [
    {
      resourceType: 'Linkage',
      id,
      active: true,
      text: {
        status: 'generated',
        div: `<div xmlns="http://www.w3.org/1999/xhtml">${[...new Set(rules)].sort().join('; ')}</div>`,
      },
      item: patients.map(({ id: own = '' }, index) => ({
        type: index === 0 ? 'source' : 'alternate',
        resource: refer(`Patient/${own}`),
      })),
    },
  ];
}

/** An entry for each element: every value that was said, first the one that counts, and who says it. */
function conflictList({ conflicts, patients, possiblySame }: PersonRecord, id: string): List[] {
  const entry: ListEntry[] = conflicts.map(({ resource, element, kind, values }) => ({
    flag: { text: `${kind}: ${element}` },
    extension: values.map(({ value, provenance, documents }) => ({
      url: 'urn:cairn:value',
      extension: [
        { url: 'value', valueString: typeof value === 'string' ? value : JSON.stringify(value) },
        ...provenance.map((one) => ({ url: 'provenance', valueReference: refer(`Provenance/${one}`) })),
        ...documents.map((one) => ({ url: 'document', valueReference: refer(`DocumentReference/${one}`) })),
      ],
    })),
    item: refer(resource),
  }));
  for (const { resources, why } of possiblySame) {
    for (const key of resources) entry.push({ flag: { text: `possibly one: ${why}` }, item: refer(key) });
  }
  return listOf('conflicts', id, entry, patients);
}

function withdrawnList({ withdrawn, patients }: PersonRecord, id: string): List[] {
  // Resources of the record may have the same ids, with what other documents say.
  const contained = withdrawn.map(({ resource }, index) => ({ ...resource, id: `withdrawn-${index}` }));
  const entry = withdrawn.map(({ resource, replacedBy }, index): ListEntry => ({
    flag: { text: `${resource.resourceType}/${resource.id ?? ''}: its document was replaced` },
    extension: [{ url: 'urn:cairn:replaced-by', valueReference: refer(`DocumentReference/${replacedBy}`) }],
    deleted: true,
    item: { reference: `#withdrawn-${index}` },
  }));
  const [list] = listOf('withdrawn', id, entry, patients);
  if (list === undefined) return [];
  // Only a working list may have deleted entries (FHIR R4, lst-2).
  return [{ ...list, mode: 'changes', contained }];
}

function listOf(title: string, id: string, entry: ListEntry[], patients: readonly FhirResource[]): List[] {
  if (entry.length === 0) return [];
  const [patient] = patients;
  return [
    {
      resourceType: 'List',
      id,
      status: 'current',
      mode: 'snapshot',
      title,
      ...(patient?.id === undefined ? {} : { subject: refer(`Patient/${patient.id}`) }),
      entry,
    },
  ];
}

/** Changes as a Parameters resource: `same`, `change` each, `category` each. */
export function changesParameters({ same, changes, categories }: RecordChanges, record: PersonRecord): Parameters {
  const text = (name: string, value: unknown): ParametersParameter[] =>
    value === undefined ? [] : [{ name, valueString: typeof value === 'string' ? value : JSON.stringify(value) }];
  return {
    resourceType: 'Parameters',
    parameter: [
      { name: 'same', valueInteger: same },
      ...changes.map(({ resource, kind, begun, element, before, after }) => ({
        name: 'change',
        part: [
          { name: 'kind', valueCode: kind },
          { name: 'resource', valueReference: { ...refer(resource), display: resource } },
          ...(begun === undefined ? [] : [{ name: 'newlyBegun', valueBoolean: begun }]),
          ...text('element', element),
          ...text('before', before),
          ...text('after', after),
        ],
      })),
      ...categories.map(({ kind, table, category, label, to, resources }) => ({
        name: 'category',
        part: [
          { name: 'kind', valueCode: kind },
          ...text('table', table),
          { name: 'category', valueCode: category },
          ...text('label', label),
          ...text('to', to),
          ...resources.map((one) => ({ name: 'resource', valueReference: refer(one) })),
        ],
      })),
      ...record.possiblySame.map(({ resources, why }) => ({
        name: 'possiblySame',
        part: [...resources.map((one) => ({ name: 'resource', valueReference: refer(one) })), ...text('why', why)],
      })),
    ],
  };
}
