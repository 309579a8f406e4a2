import type { Bundle, Composition, DocumentReference, Identifier } from 'fhir/r4.js';
import type { DocumentFacts } from '../../store/records.js';

const VERSION = 'http://hl7.org/fhir/StructureDefinition/composition-clinicaldocument-versionNumber';

/** What a Bundle says of the document that it was made of: for versions, and to find it by its patient. */
export function documentFacts(bundle: Bundle): DocumentFacts {
  const resources = bundle.entry?.map(({ resource }) => resource) ?? [];
  const composition = resources.find((one): one is Composition => one?.resourceType === 'Composition');
  const reference = resources.find((one): one is DocumentReference => one?.resourceType === 'DocumentReference');
  const documentId = idOf(reference?.masterIdentifier);
  const setId = idOf(composition?.identifier);
  const version = Number(composition?.extension?.find(({ url }) => url === VERSION)?.valueString);
  const patient = composition?.subject?.reference?.replace(/^urn:uuid:|^[A-Za-z]+\//, '');
  const effective = composition?.date;
  const kind = composition?.type.coding?.find(({ code }) => /^\d{1,7}-\d$/.test(code ?? ''))?.code;
  return {
    ...(patient === undefined ? {} : { patient }),
    ...(documentId === undefined ? {} : { documentId }),
    ...(setId === undefined ? {} : { setId }),
    ...(Number.isInteger(version) ? { version } : {}),
    ...(effective === undefined ? {} : { effective }),
    ...(kind === undefined ? {} : { kind }),
  };
}

function idOf(identifier: Identifier | undefined): string | undefined {
  if (identifier?.value === undefined) return undefined;
  return `${identifier.system ?? ''}|${identifier.value}`;
}
