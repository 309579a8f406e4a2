/** What unwrapping gives: documents, and what in the envelope could not be read, each with its way through the envelopes. */

/** One envelope that a file was taken out of. */
export interface Step {
  /** `zip`, `xdm`, `x12-275`, `hl7-v2`, `fhir`, `ndjson`, `mime`, `soap`, `gzip`, `base64`. */
  readonly kind: string;
  /** Where in it: `IHE_XDM/SUBSET01/DOC1.XML`, `message 2, OBX 5`, `entry 3`. Empty where there is but one place. */
  readonly place: string;
}

/**
 * What an envelope says of the file in it, short of the patient. Each is a variable of the mapping language
 * (docs/mapping-language.md); the inner envelope's word wins.
 */
export interface EnvelopeFacts {
  /** The control number of the message: MSH-10, ISA13. */
  readonly messageControl?: string;
  /** The number by which a payer finds the claim or request again: X12 TRN02. */
  readonly traceNumber?: string;
  /** What the document is known by in the envelope: XDS uniqueId, TXA-12, DocumentReference.masterIdentifier. */
  readonly uniqueId?: string;
  /** Who sent the envelope: ISA06, MSH-4. */
  readonly sentBy?: string;
}

/** A file as an envelope holds it; it may be an envelope itself. */
export interface Inner {
  readonly bytes: Uint8Array;
  readonly step: Step;
  /** Its name, where the envelope gives one. */
  readonly name: string;
  readonly facts: EnvelopeFacts;
  /** A file that need not be a document: a stylesheet, a picture. That it is none is then not told. */
  readonly maybe: boolean;
  /** The bytes of a file beside it, by the name that a `reference` gives. */
  readonly beside?: (name: string) => Promise<Uint8Array | undefined>;
}

export interface UnwrappedDocument {
  readonly kind: 'document';
  readonly bytes: Uint8Array;
  readonly name: string;
  /** From the outermost envelope inwards; empty where the document came bare. */
  readonly steps: readonly Step[];
  readonly facts: EnvelopeFacts;
  /** The files beside it that it refers to (`<reference value="scan.tif"/>`), by that name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** A part of the envelope that gives no document. It doesn't stop the others. */
export interface UnwrapProblem {
  readonly kind: 'problem';
  readonly code: 'structure' | 'too-costly' | 'not-supported';
  readonly steps: readonly Step[];
  /** One line: what and why, without a word of the content. */
  readonly text: string;
}

export type Part = UnwrappedDocument | UnwrapProblem;

/** `zip IHE_XDM/SUBSET01/DOC1.XML > gzip`, for messages and for the DocumentReference. */
export function wayOf(steps: readonly Step[]): string {
  return steps.map(({ kind, place }) => (place === '' ? kind : `${kind} ${place}`)).join(' > ');
}
