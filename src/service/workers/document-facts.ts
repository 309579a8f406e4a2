import type { Bundle, Composition, DocumentReference, Identifier } from 'fhir/r4.js';
import type { DocumentFacts, RelationKind, ResourceList } from '../../store/records.js';

const VERSION = 'http://hl7.org/fhir/StructureDefinition/composition-clinicaldocument-versionNumber';

/** What the identifier of the source document begins with: the hash of its bytes (RFC 6920). */
const SOURCE = 'ni:///sha-256;';

const relationKinds: readonly RelationKind[] = ['replaces', 'appends', 'transforms'];

/**
 * What a Bundle says about its source document. The store needs it for versions, and to find the document by its
 * patient.
 */
export function documentFacts(bundle: Bundle): DocumentFacts {
  const resources = bundle.entry?.map(({ resource }) => resource) ?? [];
  const composition = resources.find((one): one is Composition => one?.resourceType === 'Composition');
  const reference = resources
    .filter((one): one is DocumentReference => one?.resourceType === 'DocumentReference')
    .find(({ identifier = [] }) => identifier.some(({ value }) => value?.startsWith(SOURCE) === true));
  const version = Number(composition?.extension?.find(({ url }) => url === VERSION)?.valueString);
  const kind = composition?.type.coding?.find(({ code }) => /^\d{1,7}-\d$/.test(code ?? ''))?.code;
  const facts = {
    patient: idOfReference(composition?.subject?.reference),
    documentId: idOf(reference?.masterIdentifier),
    setId: idOf(composition?.identifier),
    version: Number.isInteger(version) ? version : undefined,
    effective: composition?.date,
    kind,
    custodian: idOfReference(composition?.custodian?.reference),
    confidentiality: confidentialityOf(bundle, composition?.confidentiality),
  };
  return {
    ...(Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as DocumentFacts),
    ...relationsOf(reference),
  };
}

/** The ids of a Bundle's resources by type. */
export function resourcesOf(bundle: Bundle): ResourceList {
  const lists = new Map<string, string[]>();
  for (const { resource } of bundle.entry ?? []) {
    if (resource?.id === undefined) continue;
    const ids = lists.get(resource.resourceType);
    if (ids === undefined) lists.set(resource.resourceType, [resource.id]);
    else ids.push(resource.id);
  }
  return Object.fromEntries(lists);
}

/** From the least to the most confidential (v3-Confidentiality). */
const levels = ['U', 'L', 'M', 'N', 'R', 'V'];

const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';

/** The highest confidentiality that the document, or anything in it, gives. */
function confidentialityOf(bundle: Bundle, own: string | undefined): string | undefined {
  const marks = (bundle.entry ?? []).flatMap(({ resource }) => resource?.meta?.security ?? []);
  const codes = marks.flatMap(({ system, code }) => (system === CONFIDENTIALITY && code !== undefined ? [code] : []));
  const all = own === undefined ? codes : [own, ...codes];
  return all.sort((one, other) => levels.indexOf(other) - levels.indexOf(one))[0];
}

function relationsOf(reference: DocumentReference | undefined): Pick<DocumentFacts, 'relations'> {
  const relations = (reference?.relatesTo ?? []).flatMap(({ code, target }) => {
    const kind = relationKinds.find((one) => one === code);
    const id = idOf(target.identifier);
    return kind === undefined || id === undefined ? [] : [{ kind, target: id }];
  });
  return relations.length === 0 ? {} : { relations };
}

function idOfReference(reference: string | undefined): string | undefined {
  return reference?.replace(/^urn:uuid:|^[A-Za-z]+\//, '');
}

function idOf(identifier: Identifier | undefined): string | undefined {
  if (identifier?.value === undefined) return undefined;
  return `${identifier.system ?? ''}|${identifier.value}`;
}
