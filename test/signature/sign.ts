/** Invented people, their certificates (made by openssl for the test), and documents that they sign. */
import { spawnSync } from 'node:child_process';
import { createHash, createPrivateKey, sign as signBytes, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Person {
  readonly key: string;
  readonly pem: string;
  readonly certificate: X509Certificate;
}

function openssl(folder: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(error === undefined ? stderr : 'there is no openssl on this machine');
}

/** An authority, a signer with RSA and one with ECDSA, and somebody whom nobody knows. @throws Error where there is no openssl */
function makePeople(): Record<'authority' | 'rsa' | 'ecdsa' | 'stranger', Person> {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-sign-'));
  try {
    writeFileSync(join(folder, 'leaf.ext'), 'basicConstraints=CA:FALSE\n');
    const self = (name: string): void => {
      openssl(folder, [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.pem`,
        '-subj',
        `/CN=${name}`,
        '-days',
        '3650',
      ]);
    };
    self('authority');
    self('stranger');
    const kinds = { rsa: ['rsa:2048'], ecdsa: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] };
    for (const [name, kind] of Object.entries(kinds)) {
      openssl(folder, [
        'req',
        '-newkey',
        ...kind,
        '-nodes',
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
        '-subj',
        `/CN=Dr ${name}`,
      ]);
      openssl(folder, [
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        '-CA',
        'authority.pem',
        '-CAkey',
        'authority.key',
        '-CAcreateserial',
        '-days',
        '365',
        '-extfile',
        'leaf.ext',
        '-out',
        `${name}.pem`,
      ]);
    }
    const person = (name: string): Person => {
      const pem = readFileSync(join(folder, `${name}.pem`), 'utf8');
      return { pem, key: readFileSync(join(folder, `${name}.key`), 'utf8'), certificate: new X509Certificate(pem) };
    };
    return { authority: person('authority'), rsa: person('rsa'), ecdsa: person('ecdsa'), stranger: person('stranger') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const DS = 'http://www.w3.org/2000/09/xmldsig#';
const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
export const C14N = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
export const EXC = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const ENVELOPED = `${DS}enveloped-signature`;

export function documentWith(inside: string, body = '<title>Zwetschge</title>'): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <!-- invented --><id root="1.2.3" extension="S-1"/>${body}
  <legalAuthenticator><time value="20260102"/><signatureCode code="S"/>${inside}<assignedEntity><id root="1.2.3"/></assignedEntity></legalAuthenticator>
</ClinicalDocument>`;
}

export const HOLDER = (text: string): string =>
  `<sdtc:signatureText mediaType="text/xml" representation="B64">${text}</sdtc:signatureText>`;

interface Signer {
  addReference(reference: object): void;
  computeSignature(xml: string, options: object): void;
  getSignedXml(): string;
  getSignatureXml(): string;
  SignatureAlgorithms: Record<string, unknown>;
}

interface SignOptions {
  readonly canonicalization?: string;
  readonly transforms?: readonly string[];
  /** Where it is put: an XPath, and what it becomes there. */
  readonly at?: string;
}

/** A document with an enveloped signature, made by xml-crypto. */
export function signed(
  xml: string,
  { key, pem }: Person,
  options: SignOptions = {},
): { xml: string; signature: string } {
  const { canonicalization = EXC, transforms = [ENVELOPED, EXC], at = "//*[local-name()='signatureText']" } = options;
  const { SignedXml } = createRequire(import.meta.url)('xml-crypto') as { SignedXml: new (options: object) => Signer };
  const isEcdsa = createPrivateKey(key).asymmetricKeyType === 'ec';
  const method = `${MORE}${isEcdsa ? 'ecdsa' : 'rsa'}-sha256`;
  const signer = new SignedXml({
    privateKey: key,
    publicCert: pem,
    signatureAlgorithm: method,
    canonicalizationAlgorithm: canonicalization,
  });
  signer.SignatureAlgorithms[`${MORE}ecdsa-sha256`] = class {
    getAlgorithmName = (): string => method;
    getSignature = (text: string): string =>
      signBytes('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64');
  };
  signer.addReference({ xpath: '/*', isEmptyUri: true, transforms, digestAlgorithm: SHA256 });
  signer.computeSignature(xml, { prefix: 'ds', location: { reference: at, action: 'append' } });
  return { xml: signer.getSignedXml(), signature: signer.getSignatureXml() };
}

export function digestOf({ certificate }: Person): string {
  return createHash('sha256').update(certificate.raw).digest('base64');
}

/** The people of a test, made once before it; where they can't be made, the test says why and is skipped. */
export function peopleOrSkip(test: Mocha.Context): ReturnType<typeof makePeople> {
  try {
    return makePeople();
  } catch (error) {
    console.warn(`    skipped: ${(error as Error).message}`);
    test.skip();
  }
}
