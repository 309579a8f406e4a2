/**
 * Judges whether a certificate is trusted: whether a chain leads from it, over the certificates that came with it, to a
 * certificate that the operator trusts.
 */
import type { X509Certificate } from 'node:crypto';

/** No real chain is longer. */
const MOST_CERTIFICATES = 8;

/**
 * Says why a certificate is not trusted.
 *
 * @param others the certificates that came with it, in any order
 * @param anchors the certificates that the operator trusts, of authorities or of signers
 * @param at when the document was signed; if undefined, the dates of the certificates are not checked
 * @returns the reason, or undefined if the certificate is trusted
 */
export function distrust(
  signer: X509Certificate,
  others: readonly X509Certificate[],
  anchors: readonly X509Certificate[],
  at: Date | undefined,
): string | undefined {
  if (anchors.length === 0) return 'no trusted certificates are set';
  let last = signer;
  for (let length = 0; length < MOST_CERTIFICATES; length++) {
    const current = last;
    if (at !== undefined && !isValidAt(current, at)) return 'a certificate was not valid when it was signed';
    if (anchors.some((anchor) => anchor.fingerprint256 === current.fingerprint256)) return undefined;
    const anchor = anchors.find((one) => isIssuedBy(current, one));
    if (anchor !== undefined)
      return at !== undefined && !isValidAt(anchor, at) ? 'an authority was not valid when it was signed' : undefined;
    const next = others.find((one) => one.fingerprint256 !== current.fingerprint256 && isIssuedBy(current, one));
    if (next === undefined) return 'its certificate does not lead to a trusted authority';
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
