/** The signature of a Bundle or QuestionnaireResponse, verified as CDex says (Signatures: CONF-027 to CONF-055). */
import { X509Certificate } from 'node:crypto';
import { compactVerify, decodeProtectedHeader, type CompactJWSHeaderParameters } from 'jose';
import { isObject } from '../fhir/shape.js';
import { canonicalJson } from './canonical-json.js';
import type { Resource } from './read-resource.js';

/** `urn:oid:…`: ASTM E1762-95, verification signature. */
const VERIFICATION = 'urn:oid:1.2.840.10065.1.12.1.5';
/** Only algorithms with public keys: a key that both sides know proves nothing. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const SIGNATURE_EXTENSION = 'http://hl7.org/fhir/StructureDefinition/questionnaireresponse-signature';

export interface Verified {
  /** The reasons why the signature does not count; empty if it counts. */
  readonly problems: readonly string[];
  /** What could not be checked. */
  readonly warnings: readonly string[];
}

/** The signature of a resource, where it has one. */
export function signatureOf(resource: Resource): Readonly<Record<string, unknown>> | undefined {
  if (isObject(resource.signature)) return resource.signature;
  const extensions = Array.isArray(resource.extension) ? (resource.extension as unknown[]) : [];
  const found = extensions.find((one) => isObject(one) && one.url === SIGNATURE_EXTENSION);
  return isObject(found) && isObject(found.valueSignature) ? found.valueSignature : undefined;
}

/**
 * Verifies a detached JWS over the canonical JSON of the resource, and that the signer is who he says.
 *
 * @param trusted certificates of authorities; where there are none, who has issued the certificate is not judged
 */
export async function verifySignature(resource: Resource, trusted: readonly X509Certificate[]): Promise<Verified> {
  const signature = signatureOf(resource);
  if (signature === undefined) return { problems: ['There is no signature.'], warnings: [] };
  const jws = typeof signature.data === 'string' ? Buffer.from(signature.data, 'base64').toString('latin1') : '';
  const [protectedHeader = '', payload, value = ''] = jws.split('.');
  if (payload === undefined || value === '') {
    return { problems: ['Signature.data is no JWS in compact form.'], warnings: [] };
  }
  let header: CompactJWSHeaderParameters;
  let certificates: X509Certificate[];
  try {
    header = decodeProtectedHeader(jws) as CompactJWSHeaderParameters;
    certificates = (header.x5c ?? []).map((one) => new X509Certificate(Buffer.from(one, 'base64')));
  } catch {
    return { problems: ['The header of the JWS cannot be read.'], warnings: [] };
  }
  const [certificate] = certificates;
  if (certificate === undefined) return { problems: ['The JWS brings no certificate (x5c).'], warnings: [] };
  if (!ALGORITHMS.includes(header.alg))
    return { problems: ['The algorithm of the JWS is not one that may sign.'], warnings: [] };
  const content = Buffer.from(canonicalJson(signedPart(resource))).toString('base64url');
  const problems: string[] = [];
  try {
    await compactVerify(`${protectedHeader}.${content}.${value}`, certificate.publicKey, { algorithms: ALGORITHMS });
  } catch {
    problems.push('The signature is not that of this content.');
  }
  const signer = signerOf(certificate, signature);
  const issuer = issuerOf(certificates, trusted);
  return {
    problems: [...problems, ...headerProblems(header, signature), ...signer.problem, ...issuer.problem],
    warnings: [...signer.warning, ...issuer.warning],
  };
}

/** Everything but what may change when it is stored: id, meta and the signature itself (CONF-034, CONF-035). */
function signedPart(resource: Resource): Record<string, unknown> {
  const rest = Object.fromEntries(
    Object.entries(resource).filter(([name]) => !['id', 'meta', 'signature'].includes(name)),
  );
  if (resource.resourceType === 'Bundle' || !Array.isArray(rest.extension)) return rest;
  const extension = (rest.extension as unknown[]).filter((one) => !(isObject(one) && one.url === SIGNATURE_EXTENSION));
  if (extension.length > 0) return { ...rest, extension };
  return Object.fromEntries(Object.entries(rest).filter(([name]) => name !== 'extension'));
}

function headerProblems(header: CompactJWSHeaderParameters, signature: Readonly<Record<string, unknown>>): string[] {
  const { sigT, srCms } = header as { sigT?: unknown; srCms?: unknown };
  const commitments = (Array.isArray(srCms) ? (srCms as unknown[]) : []).flatMap((one) => {
    const id: unknown = isObject(one) ? (isObject(one.commId) ? one.commId.id : one.id) : undefined;
    return typeof id === 'string' ? [id] : [];
  });
  const types = (Array.isArray(signature.type) ? (signature.type as unknown[]) : []).flatMap((one) =>
    isObject(one) && typeof one.code === 'string'
      ? [one.code.startsWith('urn:oid:') ? one.code : `urn:oid:${one.code}`]
      : [],
  );
  return [
    ...(typeof sigT !== 'string' || Date.parse(sigT) !== Date.parse(String(signature.when))
      ? ['The time in the JWS (sigT) is not Signature.when.']
      : []),
    ...(commitments.includes(VERIFICATION) ? [] : ['The JWS makes no verification signature (srCms).']),
    ...(commitments.some((id) => !types.includes(id))
      ? ['The purposes in the JWS (srCms) are not those of Signature.type.']
      : []),
  ];
}

/** The certificate is the signer's; whether it was valid when he signed is told, for there is no clock. */
function signerOf(
  certificate: X509Certificate,
  signature: Readonly<Record<string, unknown>>,
): { problem: string[]; warning: string[] } {
  const who =
    isObject(signature.who) && isObject(signature.who.identifier) ? signature.who.identifier.value : undefined;
  const when = Date.parse(String(signature.when));
  const valid = Date.parse(certificate.validFrom) <= when && when <= Date.parse(certificate.validTo);
  return {
    problem:
      typeof who === 'string' && isNamed(certificate, who)
        ? []
        : ['No name of the certificate (SAN) is Signature.who.identifier.'],
    warning: valid ? [] : ['The certificate was not valid at Signature.when.'],
  };
}

/** DER of the object identifier 2.5.29.17, subjectAltName. */
const SUBJECT_ALT_NAME = Buffer.from([0x06, 0x03, 0x55, 0x1d, 0x11]);

/**
 * Whether a subject alternative name is this text. An NPI stands in an `otherName`, which Node does not show, so that the
 * extension's bytes are read: the text with its own length before it, and not a part of a longer one.
 */
function isNamed({ raw, subjectAltName }: X509Certificate, who: string): boolean {
  if (who === '' || who.length > 127) return false;
  if ((subjectAltName ?? '').split(/,\s*/).some((name) => name.slice(name.indexOf(':') + 1) === who)) return true;
  const at = raw.indexOf(SUBJECT_ALT_NAME);
  if (at === -1) return false;
  const text = Buffer.from(who, 'utf8');
  return raw.subarray(at).includes(Buffer.concat([Buffer.from([text.length]), text]));
}

function issuerOf(
  certificates: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
): { problem: string[]; warning: string[] } {
  if (trusted.length === 0) return { problem: [], warning: ['Who has issued the certificate was not judged.'] };
  const chained = certificates.every((one, index) => {
    const issuer = certificates[index + 1];
    return issuer === undefined || (one.checkIssued(issuer) && one.verify(issuer.publicKey));
  });
  const last = certificates.at(-1)!;
  const known = trusted.some(
    (one) => one.fingerprint256 === last.fingerprint256 || (last.checkIssued(one) && last.verify(one.publicKey)),
  );
  return { problem: chained && known ? [] : ['The certificate is of nobody who is trusted here.'], warning: [] };
}
