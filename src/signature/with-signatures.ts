import { X509Certificate } from 'node:crypto';
import type { Conversion, Converter } from '../conversion.js';
import { DocumentError } from '../xml/document-error.js';
import type { Issue } from '../xml/issue.js';
import { withFindings } from './on-provenance.js';
import { verifySignatures, type SignatureFinding, type SignatureState } from './verify.js';

/**
 * `keep`: signatures are not verified. `verify`: what was found is told among the issues. `require`: a document is also
 * refused if it has no valid signature or has an invalid one.
 */
export const signatureModes = ['keep', 'verify', 'require'] as const;

export type SignatureMode = (typeof signatureModes)[number];

/** What is done with the signatures of documents. It is plain data, because it is sent to workers. */
export interface DocumentSignatureRule {
  readonly mode: SignatureMode;
  /** The trusted certificates, of authorities or of signers, as PEM. */
  readonly anchors: string;
  /** The time at which certificates must be valid, if a signature does not say when it was made: an ISO date. */
  readonly at?: string | undefined;
}

const codes: Readonly<Record<SignatureState, { readonly code: string; readonly severity: Issue['severity'] }>> = {
  valid: { code: 'signature-valid', severity: 'information' },
  invalid: { code: 'signature-invalid', severity: 'warning' },
  untrusted: { code: 'signature-untrusted', severity: 'warning' },
  'not-judged': { code: 'signature-not-judged', severity: 'warning' },
};

const words: Readonly<Record<SignatureState, string>> = {
  valid: 'The signature is valid',
  invalid: 'The signature is invalid',
  untrusted: 'The signature is of this document, but its signer is not trusted',
  'not-judged': 'The signature cannot be judged',
};

/**
 * A converter that verifies signatures before it converts, and adds what it found to the issues,
 * and to the signatures of the document's Provenance.
 *
 * @throws Error if the anchors are not PEM
 */
export function withSignatures(converter: Converter, rule: DocumentSignatureRule | undefined): Converter {
  if (rule === undefined || rule.mode === 'keep') return converter;
  const anchors = certificatesIn(rule.anchors);
  const at = rule.at === undefined ? undefined : new Date(rule.at);
  return {
    ...converter,
    convert(bytes, options) {
      const findings = verifySignatures(bytes, { anchors, at });
      if (rule.mode === 'require') refuse(findings);
      const conversion = converter.convert(bytes, options);
      return findings.length === 0 ? conversion : told(conversion, findings);
    },
  };
}

/**
 * The certificates of a PEM file.
 *
 * @throws Error if one can't be read
 */
export function certificatesIn(pem: string): X509Certificate[] {
  const found = pem.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g) ?? [];
  return found.map((one) => new X509Certificate(one));
}

/** @throws DocumentError */
function refuse(findings: readonly SignatureFinding[]): void {
  const bad = findings.find(({ state }) => state === 'invalid') ?? findings.find(({ state }) => state !== 'valid');
  if (findings.length === 0)
    throw new DocumentError('not-supported', 'The document has no digital signature, and one is required');
  const isGood = findings.some(({ state }) => state === 'valid') && bad?.state !== 'invalid';
  if (!isGood) throw new DocumentError('not-supported', textOf(bad!), bad!.line, bad!.column);
}

function issueOf(finding: SignatureFinding): Issue {
  const { line, column } = finding;
  return { ...codes[finding.state], text: textOf(finding), line, column };
}

function textOf({ state, text }: SignatureFinding): string {
  return `${words[state]}: ${text}`;
}

/** The trace stays a getter, because it is only made when it is read. */
function told(conversion: Conversion, findings: readonly SignatureFinding[]): Conversion {
  return {
    bundle: withFindings(conversion.bundle, findings),
    ledger: conversion.ledger,
    get trace() {
      return conversion.trace;
    },
    issues: [...conversion.issues, ...findings.map(issueOf)],
  };
}
