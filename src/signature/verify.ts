/**
 * Verifies the digital signatures of a document (CMS-0053-F; HL7 CDA Digital Signatures). Such a signature is XML-DSig
 * over the whole document. It stands in sdtc:signatureText, as XML or as base64 of XML, or anywhere else in the
 * document. This works on the original bytes with a DOM of its own, and only where signatures are asked for, so that
 * other conversions stay fast.
 */
import { createRequire } from 'node:module';
import { createHash, type X509Certificate } from 'node:crypto';
import { DOMParser, XMLSerializer, type Document, type Element } from '@xmldom/xmldom';
import { decode } from '../xml/decode.js';
import { hashAlgorithms, signatureAlgorithms } from './algorithms.js';
import { distrust } from './chain.js';
import { childrenOf, descendantsOf, DS, SDTC, textContentOf } from './elements.js';
import { NotJudged, readSignature, type ReadSignature } from './read-signature.js';

/** `untrusted`: the signature is of this document, but the signer is not known here. */
export type SignatureState = 'valid' | 'invalid' | 'untrusted' | 'not-judged';

export interface SignatureFinding {
  readonly state: SignatureState;
  /** The reason. It quotes nothing of the document's content. */
  readonly text: string;
  /** Where the signature begins, counted from 1. */
  readonly line: number;
  readonly column: number;
  /** Whose certificate it brings, whether or not that is trusted; absent where none could be read. */
  readonly signer?: { readonly subject: string; readonly fingerprint: string };
  /** Where it stands in the signatureText of somebody who signed: its base64, as it is there; absent if it is XML there. */
  readonly holder?: { readonly data?: string };
}

export interface VerifyOptions {
  /** The certificates that are trusted, of authorities or of signers. */
  readonly anchors: readonly X509Certificate[];
  /** The time at which certificates must be valid, if the signature itself does not say when it was made. */
  readonly at?: Date | undefined;
}

/** Building and canonicalizing a larger DOM takes seconds. A deeper one overflows the stack. */
const MOST_BYTES = 10_000_000;
const MOST_TAGS = 100_000;
const MOST_DEPTH = 300;
const MOST_SIGNATURE_BYTES = 1_000_000;
const MOST_SIGNATURES = 5;

/** Whether the bytes may have a signature. Most documents have none, and this test is all that they cost. */
export function mayBeSigned(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isWide = text[0] === 0xff || text[0] === 0xfe || text[0] === 0 || text[1] === 0;
  return isWide || text.includes('signatureText') || text.includes('xmldsig#');
}

/** One finding for each signature of a document; none for a document without signatures. */
export function verifySignatures(bytes: Uint8Array, options: VerifyOptions): SignatureFinding[] {
  if (!mayBeSigned(bytes)) return [];
  if (bytes.length > MOST_BYTES) return [notJudged('the document is larger than 10 MB')];
  let source: string;
  let document: Document;
  try {
    source = decode(bytes).source;
    if (source.includes('<!DOCTYPE')) return [notJudged('the document has a DOCTYPE')];
    if (isTooMuch(source)) return [notJudged('the document has too many elements, or they are too deep')];
    document = parse(source);
  } catch {
    return [notJudged('the document cannot be read as XML')];
  }
  const found = signaturesIn(document);
  return found.map((place, index) => {
    const { lineNumber: line = 0, columnNumber: column = 0 } = place.element as {
      lineNumber?: number;
      columnNumber?: number;
    };
    const where = { line, column, ...holderOf(place) };
    if (index >= MOST_SIGNATURES) return { ...notJudged('the document has too many signatures'), ...where };
    return { ...judge(source, place, options), ...where };
  });
}

interface Place {
  /** The ds:Signature, or the sdtc:signatureText that holds it as base64. */
  readonly element: Element;
  readonly isEncoded: boolean;
}

function signaturesIn(document: Document): Place[] {
  const plain = descendantsOf(document, DS, 'Signature').filter(
    // A signature inside another one is a counter-signature, or is what the outer one signs. It is no signature of the
    // document.
    (element) => !isWithin(element, DS, 'Signature'),
  );
  const encoded = descendantsOf(document, SDTC, 'signatureText').filter(
    (element) => childrenOf(element, undefined, undefined).length === 0 && textContentOf(element).trim() !== '',
  );
  return [
    ...plain.map((element) => ({ element, isEncoded: false })),
    ...encoded.map((element) => ({ element, isEncoded: true })),
  ];
}

/** Of the header's legalAuthenticator or authenticator alone: a signatureText may also stand elsewhere. */
function holderOf({ element, isEncoded }: Place): Pick<SignatureFinding, 'holder'> {
  const holder = (isEncoded ? element : element.parentNode) as Element;
  const person = holder.parentNode as Element | null;
  const isOfHeader =
    holder.namespaceURI === SDTC &&
    holder.localName === 'signatureText' &&
    (person?.localName === 'legalAuthenticator' || person?.localName === 'authenticator') &&
    person.parentNode === element.ownerDocument!.documentElement;
  if (!isOfHeader) return {};
  return { holder: isEncoded ? { data: textContentOf(element).replace(/\s/g, '') } : {} };
}

function isWithin(element: Element, namespace: string, name: string): boolean {
  for (let node = element.parentNode; node !== null; node = node.parentNode) {
    const { namespaceURI, localName } = node as Element;
    if (namespaceURI === namespace && localName === name) return true;
  }
  return false;
}

type Judged = Pick<SignatureFinding, 'state' | 'text' | 'signer'>;

function judge(source: string, place: Place, options: VerifyOptions): Judged {
  try {
    const readings = place.isEncoded ? readingsOf(source, place.element) : [readingOf(source, place.element)];
    return judgeReadings(readings, options);
  } catch (error) {
    if (!(error instanceof NotJudged)) return { state: 'not-judged', text: 'it cannot be read' };
    return { state: error.isInvalid ? 'invalid' : 'not-judged', text: error.message };
  }
}

/** One way in which the document may have been signed: with the signature in it, or without it. */
interface Reading {
  readonly xml: string;
  readonly signature: string;
  readonly read: ReadSignature;
}

function readingOf(xml: string, element: Element): Reading {
  const read = readSignature(element);
  const same = descendantsOf(element.ownerDocument!, DS, 'SignatureValue').filter(
    (one) => textContentOf(one).replace(/\s/g, '') === read.value,
  );
  // A copy of the signature would be left out of the digest too, with whatever somebody put into it.
  if (same.length !== 1) throw new NotJudged('its value occurs several times in the document', true);
  return { xml, signature: textFrom(element), read };
}

/**
 * A base64 signature was made over one of two texts: the document with the signature in its place, or the document
 * without it. Both are tried.
 */
function readingsOf(source: string, element: Element): Reading[] {
  const text = textContentOf(element).replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length > MOST_SIGNATURE_BYTES)
    throw new NotJudged('it is no XML signature');
  const decoded = Buffer.from(text, 'base64').toString('utf8');
  if (!/^\s*(?:<\?xml[^>]*\?>\s*)?<[\w.-]*:?Signature[\s>]/.test(decoded) || decoded.includes('<!DOCTYPE'))
    throw new NotJudged('it is no XML signature');
  const signature = parse(decoded).documentElement;
  if (signature?.namespaceURI !== DS || signature.localName !== 'Signature')
    throw new NotJudged('it is no XML signature');
  const place = indexOf(element);
  const inside = parse(source);
  const holder = descendantsOf(inside, SDTC, 'signatureText')[place]!;
  while (holder.firstChild !== null) holder.removeChild(holder.firstChild);
  const put = holder.appendChild(inside.importNode(signature, true)) as Element;
  const without = parse(source);
  const gone = descendantsOf(without, SDTC, 'signatureText')[place]!;
  gone.parentNode!.removeChild(gone);
  const first = readingOf(textFrom(inside), put);
  const { read } = first;
  const second = { xml: textFrom(without), signature: textFrom(signature), read };
  return read.signsItself ? [first] : [first, second];
}

function indexOf(element: Element): number {
  return descendantsOf(element.ownerDocument!, SDTC, 'signatureText').indexOf(element);
}

function judgeReadings(readings: readonly Reading[], { anchors, at }: VerifyOptions): Judged {
  const { certificates, signedAt } = readings[0]!.read;
  const [certificate, ...others] = certificates;
  const signer = {
    // Node has a line for each part of the name.
    subject: certificate.subject.replaceAll('\n', ', '),
    fingerprint: createHash('sha256').update(certificate.raw).digest('hex'),
  };
  if (!readings.some((reading) => isOfDocument(reading, certificate)))
    return {
      state: 'invalid',
      text: 'it does not match this document: the document was changed, or another one was signed',
      signer,
    };
  const time = signedAt ?? at;
  const why = distrust(certificate, others, anchors, time);
  if (why !== undefined) return { state: 'untrusted', text: why, signer };
  const unjudged =
    time === undefined ? '; it does not say when it was made, so the dates of its certificates were not checked' : '';
  return { state: 'valid', text: `it matches this document, and its signer is trusted${unjudged}`, signer };
}

interface Checker {
  CanonicalizationAlgorithms: object;
  HashAlgorithms: object;
  SignatureAlgorithms: object;
  loadSignature(xml: string): void;
  checkSignature(xml: string): boolean;
  getSignedReferences(): string[];
}

/** The part of xml-crypto that is used here. Its own types need those of a browser. */
interface XmlCrypto {
  readonly SignedXml: new (options: object) => Checker;
}

function isOfDocument({ xml, signature }: Reading, signer: X509Certificate): boolean {
  const { SignedXml } = createRequire(import.meta.url)('xml-crypto') as XmlCrypto;
  const checker = new SignedXml({
    publicCert: signer.publicKey.export({ type: 'spki', format: 'pem' }),
    getCertFromKeyInfo: () => null,
  });
  checker.SignatureAlgorithms = signatureAlgorithms();
  checker.HashAlgorithms = hashAlgorithms();
  try {
    checker.loadSignature(signature);
    if (!checker.checkSignature(xml)) return false;
  } catch {
    return false;
  }
  // xml-crypto gives back what it really digested. That must be the document.
  return checker.getSignedReferences().some((canonical) => /^<([\w.-]+:)?ClinicalDocument[\s>]/.test(canonical));
}

function notJudged(text: string): SignatureFinding {
  return { state: 'not-judged', text, line: 0, column: 0 };
}

/** Counts the tags and their depth before a DOM is built. */
function isTooMuch(source: string): boolean {
  let depth = 0;
  let count = 0;
  for (const [tag] of source.matchAll(/<[^!?][^>]*>/g)) {
    if (++count > MOST_TAGS) return true;
    if (tag[1] === '/') depth--;
    else if (!tag.endsWith('/>') && ++depth > MOST_DEPTH) return true;
  }
  return false;
}

/** @throws where it is not well-formed */
function parse(text: string): Document {
  const fail = (_level: string, message: string): never => {
    throw new Error(message);
  };
  return new DOMParser({ onError: fail }).parseFromString(text, 'text/xml');
}

function textFrom(node: Document | Element): string {
  return new XMLSerializer().serializeToString(node);
}
