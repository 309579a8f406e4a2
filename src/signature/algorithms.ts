/**
 * The algorithms that a signature may use. Left out are algorithms with a shared key (HMAC), broken algorithms (SHA-1),
 * and transforms that run code (XSLT).
 */
import { createHash, verify, type KeyLike } from 'node:crypto';

export const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

/** Canonicalizations that xml-crypto has. */
export const CANONICALIZATIONS: ReadonlySet<string> = new Set([
  'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
  'http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments',
  'http://www.w3.org/2001/10/xml-exc-c14n#',
  'http://www.w3.org/2001/10/xml-exc-c14n#WithComments',
]);

const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';

interface Method {
  readonly hash: string;
  /** Whether it is ECDSA. XML-DSig writes an ECDSA signature as two numbers, one after the other (RFC 4051). */
  readonly isEcdsa: boolean;
}

/** By the URI of the method. */
const signatures: ReadonlyMap<string, Method> = new Map(
  ['256', '384', '512'].flatMap((bits): [string, Method][] => [
    [`${MORE}rsa-sha${bits}`, { hash: `sha${bits}`, isEcdsa: false }],
    [`${MORE}ecdsa-sha${bits}`, { hash: `sha${bits}`, isEcdsa: true }],
  ]),
);

const digests: ReadonlyMap<string, string> = new Map([
  ['http://www.w3.org/2001/04/xmlenc#sha256', 'sha256'],
  [`${MORE}sha384`, 'sha384'],
  ['http://www.w3.org/2001/04/xmlenc#sha512', 'sha512'],
]);

export function isSignatureMethod(address: string): boolean {
  return signatures.has(address);
}

export function hashName(address: string): string | undefined {
  return digests.get(address);
}

/** The signature methods as classes, which is the form that xml-crypto takes. It then knows no other methods. */
export function signatureAlgorithms(): Record<string, new () => unknown> {
  return Object.fromEntries(
    [...signatures].map(([address, { hash, isEcdsa }]) => [
      address,
      class {
        getAlgorithmName = (): string => address;
        verifySignature = (signed: string, key: KeyLike, value: string): boolean =>
          verify(
            hash,
            Buffer.from(signed, 'utf8'),
            isEcdsa ? { key: key as string, dsaEncoding: 'ieee-p1363' } : key,
            Buffer.from(value, 'base64'),
          );
      },
    ]),
  );
}

export function hashAlgorithms(): Record<string, new () => unknown> {
  return Object.fromEntries(
    [...digests].map(([address, name]) => [
      address,
      class {
        getAlgorithmName = (): string => address;
        getHash = (text: string): string => createHash(name).update(text, 'utf8').digest('base64');
      },
    ]),
  );
}
