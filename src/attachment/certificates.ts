import { X509Certificate } from 'node:crypto';

/** The certificates of a PEM file. */
export function readCertificates(pem: string): X509Certificate[] {
  const found = pem.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g) ?? [];
  return found.map((one) => new X509Certificate(one));
}
