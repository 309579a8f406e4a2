/** Bundles as Cairn makes them, in small: a patient, who treated them, and what is told of them. */
import { createHash } from 'node:crypto';

/** An id that follows from a word. */
export function idOf(word: string): string {
  const hex = createHash('sha256').update(word).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export interface Told {
  readonly patient: string;
  readonly document: string;
  /** Shared by patients. */
  readonly practitioner?: string;
  /** By name, with what is said of it. */
  readonly facts: Readonly<Record<string, string>>;
}

export function bundleOf({ patient, document, practitioner, facts }: Told): {
  bundle: Buffer;
  resources: Record<string, string[]>;
} {
  const subject = { reference: `urn:uuid:${idOf(patient)}` };
  const resources = [
    { resourceType: 'Patient', id: idOf(patient), birthDate: '1970-01-01' },
    ...(practitioner === undefined
      ? []
      : [{ resourceType: 'Practitioner', id: idOf('dr'), name: [{ text: practitioner }] }]),
    ...Object.entries(facts).map(([name, text]) => ({
      resourceType: 'Observation',
      id: idOf(`${patient} ${name}`),
      status: 'final',
      code: { text },
      subject,
    })),
    {
      resourceType: 'Composition',
      id: idOf(`composition ${document}`),
      subject,
      section: Object.keys(facts).map((name) => ({ entry: [{ reference: `urn:uuid:${idOf(`${patient} ${name}`)}` }] })),
    },
    { resourceType: 'DocumentReference', id: idOf(`reference ${document}`), status: 'current', subject },
    // Who said it: it points at what is about the patient, and not at the patient.
    {
      resourceType: 'Provenance',
      id: idOf(`provenance ${document}`),
      target: Object.keys(facts).map((name) => ({ reference: `urn:uuid:${idOf(`${patient} ${name}`)}` })),
    },
  ];
  const lists: Record<string, string[]> = {};
  for (const { resourceType, id } of resources) (lists[resourceType] ??= []).push(id);
  const entry = resources.map((resource) => ({ fullUrl: `urn:uuid:${resource.id}`, resource }));
  return {
    bundle: Buffer.from(JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry })),
    resources: lists,
  };
}
