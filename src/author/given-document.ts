import type { Bundle, FhirResource } from 'fhir/r4.js';
import type { SourceKind } from '../record/source-kind.js';
import type { RecordDocument } from '../record/person-record.js';

/** The facts of a document in a purpose's test: its resources, and what is known of the document itself. */
export interface GivenDocument {
  readonly resources: readonly Partial<FhirResource>[];
  /** The kind of source that says them; `unknown` if the test names no author. */
  readonly source?: SourceKind;
  /** When it was written. */
  readonly date?: string;
  readonly received?: string;
  readonly patient?: Readonly<Record<string, unknown>>;
}

const PERSON = {
  id: 'patient',
  birthDate: '1961-02-03',
  gender: 'female',
  name: [{ family: 'Okafor', given: ['Ines'] }],
};

/** The Bundle of such a document, with custodian, author, DocumentReference and Provenance. */
export function givenDocument(given: GivenDocument, index: number): RecordDocument {
  const { resources, source = 'unknown', date = '2024-06-01', received, patient = PERSON } = given;
  const own = resources.map((resource, place) => ({ id: `fact-${index}-${place}`, ...resource }) as FhirResource);
  const reference = (resource: {
    readonly resourceType: string;
    readonly id?: string | undefined;
  }): { reference: string } => ({
    reference: `${resource.resourceType}/${resource.id ?? ''}`,
  });
  const custodian = { resourceType: 'Organization', id: `custodian-${index}`, name: 'Ostervik Family Clinic' };
  const elsewhere = { resourceType: 'Organization', id: `elsewhere-${index}`, name: 'Averill Lung and Allergy' };
  const author = { resourceType: 'Practitioner', id: `author-${index}` };
  const document = {
    resourceType: 'DocumentReference',
    id: `document-${index}`,
    status: 'current',
    date: `${date}T12:00:00Z`,
    author: [reference(author)],
    content: [{ attachment: { contentType: 'text/xml' } }],
  };
  const behalf = {
    'of-record': custodian,
    carried: elsewhere,
    custodial: undefined,
    assembled: undefined,
    unknown: undefined,
  }[source];
  const agent = (code: string, who: object, more: object = {}): object => ({
    type: { coding: [{ code }] },
    who,
    ...more,
  });
  const provenance = {
    resourceType: 'Provenance',
    id: `provenance-${index}`,
    target: own.map(reference),
    recorded: `${date}T12:00:00Z`,
    agent: [
      agent('custodian', reference(custodian)),
      ...(source === 'unknown'
        ? []
        : [agent('author', reference(author), behalf === undefined ? {} : { onBehalfOf: reference(behalf) })]),
    ],
    entity: [{ role: 'source', what: reference(document) }],
  };
  const all = [{ resourceType: 'Patient', ...patient }, custodian, elsewhere, author, document, provenance, ...own];
  const bundle = { resourceType: 'Bundle', type: 'collection', entry: all.map((resource) => ({ resource })) };
  return { bundle: bundle as unknown as Bundle, ...(received === undefined ? {} : { received }) };
}
