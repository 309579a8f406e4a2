/** Whether a certificate is of somebody who is trusted: by the certificates that came with it, up to an anchor. */
import type { X509Certificate } from 'node:crypto';

/** Longer chains are nobody's. */
const MOST_CERTIFICATES = 8;

/**
 * @param others that came with it, in any order
 * @param at when it was signed; whether the certificates were valid then is not judged where it is not known
 * @returns why it is not trusted; undefined where it is
 */
export function distrust(
  signer: X509Certificate,
  others: readonly X509Certificate[],
  anchors: readonly X509Certificate[],
  at: Date | undefined,
): string | undefined {
  if (anchors.length === 0) return 'no certificates of authorities are set';
  let last = signer;
  for (let length = 0; length < MOST_CERTIFICATES; length++) {
    const current = last;
    if (at !== undefined && !isValidAt(current, at)) return 'a certificate was not valid when it was signed';
    if (anchors.some((anchor) => anchor.fingerprint256 === current.fingerprint256)) return undefined;
    const anchor = anchors.find((one) => isIssuedBy(current, one));
    if (anchor !== undefined)
      return at !== undefined && !isValidAt(anchor, at) ? 'an authority was not valid when it was signed' : undefined;
    const next = others.find((one) => one.fingerprint256 !== current.fingerprint256 && isIssuedBy(current, one));
    if (next === undefined) return 'its certificate leads to no authority that is set';
    last = next;
  }
  return 'its chain of certificates is too long';
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function isValidAt({ validFrom, validTo }: X509Certificate, at: Date): boolean {
  return Date.parse(validFrom) <= at.getTime() && at.getTime() <= Date.parse(validTo);
}
