/**
 * Whose statement a fact is, told from its Provenance alone (SPEC of purposes, 2.4): risk facts must come from the provider
 * of record and not from what an exchange has put together (CDex: Build Accurate Risk Profiles).
 */
import type { DocumentReference, FhirResource, Provenance, ProvenanceAgent } from 'fhir/r4.js';
import type { RecordedDocument } from './person-record.js';
import type { ResourceIndex } from '../search/resource-index.js';

/** The kinds of source of a fact, the best first. */
export const SOURCE_KINDS = ['of-record', 'custodial', 'carried', 'assembled', 'unknown'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** Assemblers, who put together other people's records, by any of these marks. */
export interface Assembler {
  readonly oid?: string;
  readonly npi?: string;
  readonly name?: string;
  /** The validation of the assembler, as the options tell it. */
  readonly validated?: { readonly program: string; readonly through?: string };
}

/** The data from which the sources of resources are told: a record, or one document. */
export interface WithProvenance {
  readonly index: ResourceIndex;
  readonly documents: ReadonlyMap<string, Pick<RecordedDocument, 'sender'>>;
}

export interface SourceOf {
  readonly kind: SourceKind;
  /** How it is known that an author acts for the custodian, if it is known. */
  readonly by?: 'organization' | 'identifier' | 'part-of' | 'name';
  /** The organization that makes the statement, if one is named. */
  readonly organization?: string;
  /** The validation of the assembler, if somebody has told of one. */
  readonly assembler?: Assembler;
}

/** Reads the Provenances of a record once. */
export interface Sources {
  of(resource: FhirResource): SourceOf;
  provenances(resource: FhirResource): readonly Provenance[];
  /** The DocumentReferences of the documents that say the resource. For such a DocumentReference: itself. */
  documents(resource: FhirResource): readonly DocumentReference[];
}

export function provenanceSources(record: WithProvenance, assemblers: readonly Assembler[]): Sources {
  const { index } = record;
  const byTarget = new Map<FhirResource, Provenance[]>();
  for (const resource of index.ofType('Provenance')) {
    const provenance = resource as Provenance;
    for (const { reference } of provenance.target) {
      const target = reference === undefined ? undefined : index.resolve(reference);
      if (target === undefined) continue;
      const own = byTarget.get(target);
      if (own === undefined) byTarget.set(target, [provenance]);
      else if (!own.includes(provenance)) own.push(provenance);
    }
  }
  const provenances = (resource: FhirResource): readonly Provenance[] => byTarget.get(resource) ?? [];
  const documentsBy = new Map<FhirResource, readonly DocumentReference[]>();
  const kinds = new Map<Provenance, SourceOf>();
  const kindOf = (provenance: Provenance): SourceOf => {
    let kind = kinds.get(provenance);
    if (kind === undefined) kinds.set(provenance, (kind = sourceOf(provenance, record, assemblers)));
    return kind;
  };
  return {
    provenances,
    of(resource) {
      const found = provenances(resource).map(kindOf);
      // The first kind of the list that one of them has.
      return found.reduce<SourceOf>(
        (best, one) => (SOURCE_KINDS.indexOf(one.kind) < SOURCE_KINDS.indexOf(best.kind) ? one : best),
        found[0] ?? { kind: 'unknown' },
      );
    },
    documents(resource) {
      const known = documentsBy.get(resource);
      if (known !== undefined) return known;
      const found = new Set<DocumentReference>();
      if (record.documents.has(resource.id ?? '')) found.add(resource as DocumentReference);
      for (const provenance of provenances(resource))
        for (const one of sourceDocuments(provenance, index)) found.add(one);
      const documents = [...found];
      documentsBy.set(resource, documents);
      return documents;
    },
  };
}

/** The documents that a Provenance names as its source. */
export function sourceDocuments(provenance: Provenance, index: ResourceIndex): DocumentReference[] {
  return (provenance.entity ?? []).flatMap(({ what }) => {
    const found = what.reference === undefined ? undefined : index.resolve(what.reference);
    return found?.resourceType === 'DocumentReference' ? [found] : [];
  });
}

/** What organizations, roles and devices say about acting for an organization. */
interface Party {
  readonly resourceType: string;
  readonly id?: string;
  readonly name?: unknown;
  readonly identifier?: readonly { readonly system?: string; readonly value?: string }[];
  readonly partOf?: { readonly reference?: string };
  readonly organization?: { readonly reference?: string };
  readonly owner?: { readonly reference?: string };
}

function sourceOf(provenance: Provenance, record: WithProvenance, assemblers: readonly Assembler[]): SourceOf {
  const { index } = record;
  const documents = sourceDocuments(provenance, index);
  const authors = provenance.agent.filter((agent) => isOf(agent, 'author'));
  const custodian = provenance.agent
    .filter((agent) => isOf(agent, 'custodian'))
    .map(({ who }) => partyOf(who.reference, index))
    .find((party) => party !== undefined);
  const sender = documents.map(({ id }) => record.documents.get(id ?? '')?.sender).find((one) => one !== undefined);
  const known = (party: Party | undefined): Assembler | undefined =>
    assemblers.find((one) => isAssembler(one, party, sender));
  const devices = authors.filter(({ who }) => partyOf(who.reference, index)?.resourceType === 'Device');
  const assembler =
    known(custodian) ?? (devices.length === authors.length ? known(organizationOf(devices[0], index)) : undefined);
  const organizations = authors.flatMap((agent) => organizationOf(agent, index) ?? []);
  const other = organizations.find((one) => relation(one, custodian, index) === undefined);
  if (assembler === undefined && custodian !== undefined) {
    for (const organization of organizations) {
      const by = relation(organization, custodian, index);
      if (by !== undefined) return { kind: 'of-record', by, ...named(organization) };
    }
    if (authors.some((agent) => wroteDocument(agent, documents, index)))
      return { kind: 'custodial', ...named(custodian) };
  }
  const allElsewhere = organizations.length > 0 && organizations.length === authors.length;
  if (allElsewhere && other !== undefined && !(assembler !== undefined && isSame(other, custodian))) {
    return { kind: 'carried', ...named(other) };
  }
  if (assembler !== undefined) return { kind: 'assembled', assembler, ...named(custodian) };
  return { kind: 'unknown' };
}

function isOf({ type }: ProvenanceAgent, code: string): boolean {
  return type?.coding?.some((coding) => coding.code === code) ?? false;
}

function partyOf(reference: string | undefined, index: ResourceIndex): Party | undefined {
  return reference === undefined ? undefined : (index.resolve(reference) as Party | undefined);
}

/**
 * The organization that an author acts for: named beside the author, by the author's role, or as the owner of the
 * device.
 */
function organizationOf(agent: ProvenanceAgent | undefined, index: ResourceIndex): Party | undefined {
  if (agent === undefined) return undefined;
  const said = partyOf(agent.onBehalfOf?.reference, index);
  if (said !== undefined) return said;
  const who = partyOf(agent.who.reference, index);
  return (
    partyOf(who?.organization?.reference ?? who?.owner?.reference, index) ??
    (who?.resourceType === 'Organization' ? who : undefined)
  );
}

/** The person who wrote the document, if no organization is named for them. */
function wroteDocument(agent: ProvenanceAgent, documents: readonly DocumentReference[], index: ResourceIndex): boolean {
  if (organizationOf(agent, index) !== undefined) return false;
  const who = partyOf(agent.who.reference, index);
  if (who === undefined || who.resourceType === 'Device') return false;
  return documents.some(({ author = [] }) =>
    author.some(({ reference }) => reference !== undefined && index.resolve(reference)?.id === who.id),
  );
}

function relation(party: Party, custodian: Party | undefined, index: ResourceIndex): SourceOf['by'] | undefined {
  if (custodian === undefined) return undefined;
  if (party.id === custodian.id) return 'organization';
  if (sharesIdentifier(party, custodian)) return 'identifier';
  const seen = new Set<string | undefined>();
  for (let at: Party | undefined = party; at !== undefined && !seen.has(at.id);) {
    seen.add(at.id);
    at = partyOf(at.partOf?.reference, index);
    if (at !== undefined && (at.id === custodian.id || sharesIdentifier(at, custodian))) return 'part-of';
  }
  const name = plain(party.name);
  return name !== '' && name === plain(custodian.name) ? 'name' : undefined;
}

function isSame(party: Party, custodian: Party | undefined): boolean {
  return custodian !== undefined && (party.id === custodian.id || sharesIdentifier(party, custodian));
}

function sharesIdentifier(one: Party, other: Party): boolean {
  return (one.identifier ?? []).some(
    ({ system, value }) =>
      value !== undefined && other.identifier?.some((that) => that.system === system && that.value === value),
  );
}

function isAssembler({ oid, npi, name }: Assembler, party: Party | undefined, sender: string | undefined): boolean {
  if (name !== undefined && (plain(party?.name) === plain(name) || sender === name)) return true;
  if (
    oid !== undefined &&
    (sender === oid ||
      party?.identifier?.some((one) => one.system === `urn:oid:${oid}` || one.value === `urn:oid:${oid}`))
  )
    return true;
  return npi !== undefined && npi !== '' && (party?.identifier?.some(({ value }) => value === npi) ?? false);
}

/** Case and spaces aside. */
function plain(name: unknown): string {
  return typeof name === 'string' ? name.toLowerCase().replace(/\s+/g, ' ').trim() : '';
}

function named({ name, id }: Party = { resourceType: '' }): { organization?: string } {
  const text = typeof name === 'string' ? name : id;
  return text === undefined ? {} : { organization: text };
}
