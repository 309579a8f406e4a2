/**
 * Reads what a ds:Signature says. A signature that asks for something that may do harm is refused here, before it is
 * verified.
 */
import { createHash, X509Certificate } from 'node:crypto';
import type { Element } from '@xmldom/xmldom';
import { CANONICALIZATIONS, ENVELOPED, hashName, isSignatureMethod } from './algorithms.js';
import { childrenOf, descendantsOf, DS, textContentOf, XADES } from './elements.js';

/** The signature can't be judged, or it can't be a signature of this document, whatever its value is. */
export class NotJudged extends Error {
  override readonly name = 'NotJudged';

  constructor(
    message: string,
    /** Whether the signature is invalid by what it claims. Example: it signs only a part of the document. */
    readonly isInvalid = false,
  ) {
    super(message);
  }
}

export interface ReadSignature {
  readonly certificates: readonly [X509Certificate, ...X509Certificate[]];
  readonly value: string;
  /**
   * Whether it also signs elements inside itself, as XAdES does. Such a signature has to stand in the document while it
   * is verified.
   */
  readonly signsItself: boolean;
  /** XAdES SigningTime, if the signature covers it. */
  readonly signedAt: Date | undefined;
}

/** Each reference may cost a pass over the whole document, so only a few are allowed. */
const MOST_REFERENCES = 8;
const MOST_TRANSFORMS = 4;

/**
 * Reads a ds:Signature and checks what it asks for. Its value is not verified here.
 *
 * @throws NotJudged
 */
export function readSignature(signature: Element): ReadSignature {
  const signedInfo = soleChild(signature, 'SignedInfo');
  const value = textContentOf(soleChild(signature, 'SignatureValue')).replace(/\s/g, '');
  // xml-crypto takes the first element of each of these names, wherever it stands. So each may occur only once.
  for (const name of ['CanonicalizationMethod', 'SignatureMethod', 'SignatureValue', 'KeyInfo'])
    if (descendantsOf(signature, DS, name).length > 1) throw new NotJudged(`it has several ${name}`);
  if (
    descendantsOf(signature, undefined, undefined).some(({ namespaceURI }) => namespaceURI?.startsWith('urn:hl7-org:'))
  )
    throw new NotJudged('it holds a part of the document that it does not sign', true);
  const method = algorithmOf(soleChild(signedInfo, 'SignatureMethod'));
  if (!isSignatureMethod(method)) throw new NotJudged('its algorithm is not accepted (RSA or ECDSA with SHA-2 are)');
  if (!CANONICALIZATIONS.has(algorithmOf(soleChild(signedInfo, 'CanonicalizationMethod'))))
    throw new NotJudged('its canonicalization is not known');
  const references = childrenOf(signedInfo, DS, 'Reference');
  if (references.length === 0 || references.length > MOST_REFERENCES)
    throw new NotJudged('it has no references, or too many');
  const own = new Map<string, Element>();
  for (const element of descendantsOf(signature, undefined, undefined))
    for (const name of ['Id', 'ID', 'id'])
      if (element.hasAttribute(name)) own.set(element.getAttribute(name) ?? '', element);
  let signsDocument = false;
  let properties: Element | undefined;
  for (const reference of references) {
    if (!reference.hasAttribute('URI')) throw new NotJudged('it does not say what it signs');
    const uri = reference.getAttribute('URI') ?? '';
    checkTransforms(reference);
    if (uri === '') signsDocument = true;
    else if (!uri.startsWith('#'))
      throw new NotJudged('it refers to something outside of the document, which is not fetched');
    else {
      const target = own.get(uri.slice(1));
      // An id inside the document names a part of it. To sign a part is not to sign the document.
      if (target === undefined) throw new NotJudged('it signs a part of the document, not the document', true);
      if (target.localName === 'SignedProperties' && target.namespaceURI?.startsWith(XADES) === true)
        properties = target;
    }
  }
  if (!signsDocument) throw new NotJudged('it does not sign the document', true);
  const certificates = certificatesOf(signature);
  checkCertificate(properties, certificates[0]);
  return { certificates, value, signsItself: own.size > 0 && references.length > 1, signedAt: signingTime(properties) };
}

function checkTransforms(reference: Element): void {
  const transforms = childrenOf(reference, DS, 'Transforms').flatMap((one) => childrenOf(one, DS, 'Transform'));
  if (transforms.length > MOST_TRANSFORMS) throw new NotJudged('it has too many transforms');
  for (const transform of transforms) {
    const algorithm = algorithmOf(transform);
    if (algorithm !== ENVELOPED && !CANONICALIZATIONS.has(algorithm))
      throw new NotJudged('it asks for a transform that is not accepted (such as XSLT or XPath)');
  }
  if (hashName(algorithmOf(soleChild(reference, 'DigestMethod'))) === undefined)
    throw new NotJudged('its digest is not accepted (SHA-2 is)');
}

function certificatesOf(signature: Element): [X509Certificate, ...X509Certificate[]] {
  const certificates: X509Certificate[] = [];
  for (const element of descendantsOf(soleChild(signature, 'KeyInfo'), DS, 'X509Certificate').slice(0, 10)) {
    try {
      certificates.push(new X509Certificate(Buffer.from(textContentOf(element), 'base64')));
    } catch {
      throw new NotJudged('a certificate in it cannot be read');
    }
  }
  // The certificates may come in any order (XML-DSig 4.5.4). The signer's certificate is the one that issued none of
  // the others.
  const first = certificates.find((one) => !certificates.some((other) => other !== one && other.checkIssued(one)));
  if (first === undefined) throw new NotJudged('it has no certificate (KeyInfo/X509Data)');
  return [first, ...certificates.filter((one) => one !== first)];
}

/**
 * Checks the certificate against XAdES SigningCertificate, so that nobody can put another certificate with the same key
 * in its place.
 */
function checkCertificate(properties: Element | undefined, certificate: X509Certificate): void {
  if (properties === undefined) return;
  const [digest] = descendantsOf(properties, undefined, 'CertDigest');
  if (digest === undefined) return;
  const name = hashName(algorithmOf(soleChild(digest, 'DigestMethod')));
  if (name === undefined) throw new NotJudged('the digest of its certificate is not accepted (SHA-2 is)');
  const value = textContentOf(soleChild(digest, 'DigestValue')).replace(/\s/g, '');
  if (createHash(name).update(certificate.raw).digest('base64') !== value)
    throw new NotJudged('it names another certificate than the one that came with it', true);
}

function signingTime(properties: Element | undefined): Date | undefined {
  const [time] = properties === undefined ? [] : descendantsOf(properties, undefined, 'SigningTime');
  const at = time === undefined ? NaN : Date.parse(textContentOf(time).trim());
  return Number.isNaN(at) ? undefined : new Date(at);
}

function algorithmOf(element: Element): string {
  return element.getAttribute('Algorithm') ?? '';
}

function soleChild(element: Element, name: string): Element {
  const [found, another] = childrenOf(element, DS, name);
  if (found === undefined || another !== undefined) throw new NotJudged(`it must have one ${name}`);
  return found;
}
