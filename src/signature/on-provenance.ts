import type { Bundle, Extension, Provenance, Signature } from 'fhir/r4.js';
import type { SignatureFinding } from './verify.js';

/** On a signature of the document's Provenance, or on that Provenance: what was found where the signature was verified. */
export const SIGNATURE_FINDING = 'https://cairn.example/fhir/StructureDefinition/signature-finding';

/** A signature in words, or in a form that is none of XML-DSig. */
const NO_XML_SIGNATURE = 'it is no XML signature';

/**
 * The Bundle with each finding on the signature that it is about. What stands elsewhere in the document than in the
 * signatureText of somebody who signed it is told on the Provenance itself: whose signature it would be is not said there.
 */
export function withFindings(bundle: Bundle, findings: readonly SignatureFinding[]): Bundle {
  const entries = bundle.entry ?? [];
  const index = placeOf(entries);
  if (index < 0) return bundle;
  const resource = entries[index]!.resource as Provenance;
  const told = onProvenance(resource, findings);
  return told === resource
    ? bundle
    : { ...bundle, entry: entries.map((entry, place) => (place === index ? { ...entry, resource: told } : entry)) };
}

/** The Provenance of the document: it has the signatures, and is that of the document's own resource. */
function placeOf(entries: NonNullable<Bundle['entry']>): number {
  const own = new Set(
    entries.flatMap(({ fullUrl, resource }) =>
      resource?.resourceType === 'Composition' || resource?.resourceType === 'DocumentReference' ? [fullUrl] : [],
    ),
  );
  const provenances = entries.map(({ resource }) =>
    resource?.resourceType === 'Provenance' ? (resource as Provenance) : undefined,
  );
  const signed = provenances.findIndex((one) => one?.signature !== undefined);
  return signed >= 0
    ? signed
    : provenances.findIndex((one) => one?.target.some(({ reference }) => own.has(reference)) === true);
}

function onProvenance(provenance: Provenance, findings: readonly SignatureFinding[]): Provenance {
  const signatures = provenance.signature ?? [];
  const found: (SignatureFinding | undefined)[] = signatures.map(() => undefined);
  const others: SignatureFinding[] = [];
  for (const finding of findings) {
    const place = signatures.findIndex((one, index) => found[index] === undefined && isOf(finding, one));
    if (place >= 0) found[place] = finding;
    else others.push(finding);
  }
  // About the document as a whole: too large, no XML. Then it is why none of them was verified.
  const whole = others.find(({ line }) => line === 0);
  const elsewhere = others.filter((one) => one !== whole || signatures.length === 0);
  if (signatures.length === 0 && elsewhere.length === 0) return provenance;
  const extension = [...(provenance.extension ?? []), ...elsewhere.map(extensionOf)];
  return {
    ...provenance,
    ...(extension.length === 0 ? {} : { extension }),
    ...(signatures.length === 0
      ? {}
      : {
          signature: signatures.map((one, index) => ({
            ...one,
            extension: [...(one.extension ?? []), extensionOf(found[index] ?? whole ?? notXml)],
          })),
        }),
  };
}

const notXml = { state: 'not-judged', text: NO_XML_SIGNATURE } as const;

/** A signature that stands there as XML has no data: it is known by being one of these, in their order. */
function isOf({ holder }: SignatureFinding, { data }: Signature): boolean {
  return holder !== undefined && (holder.data === undefined ? data === undefined : data === holder.data);
}

function extensionOf({
  state,
  text,
  signer,
}: Pick<SignatureFinding, 'state' | 'text'> & Partial<SignatureFinding>): Extension {
  return {
    url: SIGNATURE_FINDING,
    extension: [
      { url: 'result', valueCode: state },
      { url: 'reason', valueString: text },
      ...(signer === undefined
        ? []
        : [
            { url: 'subject', valueString: signer.subject },
            { url: 'certificate', valueString: signer.fingerprint },
          ]),
    ],
  };
}
