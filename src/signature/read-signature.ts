/** What a ds:Signature says, and why it is not looked into where it asks for what may do harm. */
import { createHash, X509Certificate } from 'node:crypto';
import type { Element } from '@xmldom/xmldom';
import { CANONICALIZATIONS, ENVELOPED, hashName, isSignatureMethod } from './algorithms.js';
import { childrenOf, descendantsOf, DS, textOf, XADES } from './elements.js';

/** The signature can't be judged, or could not be the document's whatever its value. */
export class NotJudged extends Error {
  override readonly name = 'NotJudged';

  constructor(
    message: string,
    /** It claims something that a signature of this document can't be. */
    readonly isInvalid = false,
  ) {
    super(message);
  }
}

export interface ReadSignature {
  readonly certificates: readonly [X509Certificate, ...X509Certificate[]];
  readonly value: string;
  /** Whether it signs something of its own, as XAdES does: then it must stand in the document to be read. */
  readonly signsItself: boolean;
  /** As XAdES says it, where that is signed. */
  readonly signedAt: Date | undefined;
}

/** So many are looked at: each may cost a pass over the document. */
const MOST_REFERENCES = 8;
const MOST_TRANSFORMS = 4;

/** @throws NotJudged */
export function readSignature(signature: Element): ReadSignature {
  const signedInfo = soleChild(signature, 'SignedInfo');
  const value = textOf(soleChild(signature, 'SignatureValue')).replace(/\s/g, '');
  // xml-crypto takes the first of that name, wherever it stands.
  for (const name of ['CanonicalizationMethod', 'SignatureMethod', 'SignatureValue', 'KeyInfo'])
    if (descendantsOf(signature, DS, name).length > 1) throw new NotJudged(`it has several ${name}`);
  if (
    descendantsOf(signature, undefined, undefined).some(({ namespaceURI }) => namespaceURI?.startsWith('urn:hl7-org:'))
  )
    throw new NotJudged('it holds a part of the document that it does not sign', true);
  const method = algorithmOf(soleChild(signedInfo, 'SignatureMethod'));
  if (!isSignatureMethod(method)) throw new NotJudged('its algorithm is none that is taken (RSA or ECDSA with SHA-2)');
  if (!CANONICALIZATIONS.has(algorithmOf(soleChild(signedInfo, 'CanonicalizationMethod'))))
    throw new NotJudged('its canonicalization is none that is known');
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
      // A part of the document that has an id is not the document.
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
      throw new NotJudged('it asks for a transform that is not done (XSLT, XPath and the like)');
  }
  if (hashName(algorithmOf(soleChild(reference, 'DigestMethod'))) === undefined)
    throw new NotJudged('its digest is none that is taken (SHA-2)');
}

function certificatesOf(signature: Element): [X509Certificate, ...X509Certificate[]] {
  const certificates: X509Certificate[] = [];
  for (const element of descendantsOf(soleChild(signature, 'KeyInfo'), DS, 'X509Certificate').slice(0, 10)) {
    try {
      certificates.push(new X509Certificate(Buffer.from(textOf(element), 'base64')));
    } catch {
      throw new NotJudged('a certificate in it can not be read');
    }
  }
  // In any order (XML-DSig 4.5.4): the signer's is the one that has issued none of the others.
  const first = certificates.find((one) => !certificates.some((other) => other !== one && other.checkIssued(one)));
  if (first === undefined) throw new NotJudged('it brings no certificate (KeyInfo/X509Data)');
  return [first, ...certificates.filter((one) => one !== first)];
}

/** XAdES SigningCertificate: nobody puts another certificate with the same key in its place. */
function checkCertificate(properties: Element | undefined, certificate: X509Certificate): void {
  if (properties === undefined) return;
  const [digest] = descendantsOf(properties, undefined, 'CertDigest');
  if (digest === undefined) return;
  const name = hashName(algorithmOf(soleChild(digest, 'DigestMethod')));
  if (name === undefined) throw new NotJudged('the digest of its certificate is none that is taken (SHA-2)');
  const value = textOf(soleChild(digest, 'DigestValue')).replace(/\s/g, '');
  if (createHash(name).update(certificate.raw).digest('base64') !== value)
    throw new NotJudged('its certificate is not the one that it says it was made with', true);
}

function signingTime(properties: Element | undefined): Date | undefined {
  const [time] = properties === undefined ? [] : descendantsOf(properties, undefined, 'SigningTime');
  const at = time === undefined ? NaN : Date.parse(textOf(time).trim());
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
