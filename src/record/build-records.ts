/** How records come about, on one page: documents in, one record for each person out. */
import type { FhirResource, Patient } from 'fhir/r4.js';
import { OptionError } from '../option-error.js';
import { resourceIndex } from '../search/resource-index.js';
import { compareIds } from '../search/search.js';
import { readTime } from '../search/time-range.js';
import { resourceKey } from '../bundle/address.js';
import { joinFacts } from './join-facts.js';
import { matchPatients, packagedRules, type MatchRules } from './match-patients.js';
import type { PatientLink, PersonRecord, RecordDocument, Withdrawn } from './person-record.js';
import { contentHash, readRecordDocument, withReferences, type ReadDocument } from './read-document.js';
import { possiblySame } from './possibly-same.js';
import { replacements } from './replacements.js';
import type { Assembler } from './source-kind.js';
import { compareVersions, unite, type Version } from './union.js';
import { versionsOf } from './versions.js';

export interface RecordOptions {
  readonly rules?: MatchRules;
  readonly assemblers?: readonly Assembler[];
}

/**
 * Joins documents into one record for each person that they are about. Pure, and the order of documents decides nothing.
 *
 *   const [record] = buildRecords([{ bundle: first }, { bundle: second, received: '2023-01-18T15:00:00Z' }]);
 *
 * @throws OptionError where `received` is no time
 */
export function buildRecords(documents: readonly RecordDocument[], options: RecordOptions = {}): PersonRecord[] {
  if (documents.some(({ received }) => received !== undefined && readTime(received) === undefined))
    throw new OptionError('received is an instant such as 2023-01-18T15:00:00Z');
  const read = eachOnce(documents.map(readRecordDocument));
  const said = read.flatMap((document) =>
    document.index.ofType('Patient').map((patient) => ({ document, patient: patient as Patient })),
  );
  const { groups, links } = matchPatients(
    said.map(({ document, patient }) => ({ patient, member: document.source.member })),
    options.rules ?? packagedRules,
  );
  const records = groups.map((group) => {
    const own = new Map<ReadDocument, Set<FhirResource>>();
    for (const index of group) {
      const { document, patient } = said[index]!;
      own.set(document, (own.get(document) ?? new Set<FhirResource>()).add(patient));
    }
    const linked = links
      .filter(({ pair }) => pair.some((index) => group.includes(index)))
      .map(({ pair, rule, result }): PatientLink => {
        const [one = '', other = ''] = pair.map((index) => said[index]!.patient.id ?? '').sort();
        return { patients: [one, other], rule, result };
      });
    return buildRecord(own, linked, options);
  });
  // Resources that are about nobody form a record of their own, so that nothing is lost in silence.
  const unnamed = read.filter(({ index }) => index.ofType('Patient').length === 0);
  if (unnamed.length > 0) records.push(buildRecord(new Map(unnamed.map((one) => [one, new Set()])), [], options));
  return records.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function nameOf({ patients, documents }: PersonRecord): string {
  return [...patients.map(({ id }) => id ?? ''), ...documents.keys()].join(' ');
}

/** If the same document comes twice, the copy that arrived first counts, and the other adds nothing. */
function eachOnce(read: readonly ReadDocument[]): ReadDocument[] {
  const sorted = [...read].sort((a, b) => {
    const [one, other] = [a, b].map(({ id, source }) => `${id} ${source.received ?? '~'} ${source.sender ?? ''}`);
    return one === other ? (bundleHash(a) < bundleHash(b) ? -1 : 1) : one! < other! ? -1 : 1;
  });
  return sorted.filter(
    (one, index) => !sorted.slice(0, index).some((that) => that.id === one.id && bundleHash(that) === bundleHash(one)),
  );
}

const hashes = new WeakMap<ReadDocument, string>();

function bundleHash(document: ReadDocument): string {
  let hash = hashes.get(document);
  if (hash === undefined) hashes.set(document, (hash = contentHash(document.resources)));
  return hash;
}

function buildRecord(
  own: ReadonlyMap<ReadDocument, ReadonlySet<FhirResource>>,
  links: readonly PatientLink[],
  { assemblers = [] }: RecordOptions,
): PersonRecord {
  const documents = [...own.keys()];
  const replaced = replacements(documents);
  const versions = documents.flatMap((document) => versionsOf(document, own.get(document)!, assemblers));
  // Two resources of one document stay two: its author has kept them apart.
  const joined = documents.length === 1 ? new Map<string, string>() : joinFacts(versions);
  const idOf = (version: Version): string => joined.get(resourceKey(version.resource)) ?? version.resource.id ?? '';
  const groups = new Map<string, Version[]>();
  for (const version of versions) {
    const key = `${version.resource.resourceType}/${idOf(version)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [version]);
    else group.push(version);
  }
  const conflicts: PersonRecord['conflicts'][number][] = [];
  const withdrawn: Withdrawn[] = [];
  const resources: FhirResource[] = [];
  for (const [key, group] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const standing = group.filter(({ document, resource }) => !replaced.has(document) || resource.id === document);
    for (const { resource, document } of group) {
      if (!replaced.has(document) || resource.id === document) continue;
      const same = standing.some((one) => bodyHash(one.resource) === bodyHash(resource));
      if (!same) withdrawn.push({ resource, document, replacedBy: replaced.get(document)! });
    }
    if (standing.length === 0) continue;
    const united = unite([...standing].sort(compareVersions), key.slice(key.indexOf('/') + 1));
    resources.push(united.resource);
    conflicts.push(...united.conflicts);
  }
  const renamed = new Map([...joined].map(([key, id]) => [key.slice(key.indexOf('/') + 1), id]));
  const all = resources
    .map((resource) =>
      renamed.size === 0
        ? resource
        : withReferences(resource, (reference) => {
            const id = reference.slice(reference.lastIndexOf(reference.startsWith('urn:') ? ':' : '/') + 1);
            const to = renamed.get(id);
            return to === undefined ? reference : reference.slice(0, reference.length - id.length) + to;
          }),
    )
    .map(withoutRepeatedTargets)
    .sort(compareIds);
  const index = resourceIndex(all);
  return {
    patients: index.ofType('Patient'),
    resources: all,
    index,
    documents: new Map(
      documents.map(({ id, source: { received, sender, name, trace } }) => [
        id,
        {
          id,
          ...(received === undefined ? {} : { received }),
          ...(sender === undefined ? {} : { sender }),
          ...(name === undefined ? {} : { name }),
          ...(trace === undefined ? {} : { trace }),
        },
      ]),
    ),
    conflicts,
    withdrawn: withdrawn.sort((a, b) => compareIds(a.resource, b.resource) || (a.document < b.document ? -1 : 1)),
    possiblySame: possiblySame(index.ofType.bind(index)),
    joined: renamed,
    dangling: documents
      .flatMap(({ dangling }) => dangling)
      .filter(({ reference }) => index.resolve(reference) === undefined),
    links,
    sources: documents.map(({ source }) => source),
  };
}

function bodyHash(resource: FhirResource): string {
  return contentHash({ ...resource, id: '' });
}

/** Two Provenances may point at resources that are one now. */
function withoutRepeatedTargets(resource: FhirResource): FhirResource {
  if (resource.resourceType !== 'Provenance') return resource;
  const seen = new Set<string | undefined>();
  const target = resource.target.filter(({ reference }) => {
    if (reference !== undefined && seen.has(reference)) return false;
    seen.add(reference);
    return true;
  });
  return target.length === resource.target.length ? resource : { ...resource, target };
}
