/**
 * What unwrapping gives: the documents, and the parts of the envelope that could not be read. Each has its way through
 * the envelopes.
 */

/** One envelope that a file was taken out of. */
export interface Step {
  /** `zip`, `xdm`, `x12-275`, `hl7-v2`, `fhir`, `ndjson`, `mime`, `soap`, `gzip`, `base64`. */
  readonly kind: string;
  /**
   * Where the file lies in the envelope: `IHE_XDM/SUBSET01/DOC1.XML`, `message 2, OBX 5`, `entry 3`. Empty if the
   * envelope has only one place.
   */
  readonly place: string;
}

/**
 * What an envelope says of the file in it, without data of the patient. Each of these is a variable of the mapping
 * language (docs/mapping-language.md). If two envelopes say the same fact, the inner one wins.
 */
export interface EnvelopeFacts {
  /** The control number of the message: MSH-10, ISA13. */
  readonly messageControl?: string;
  /** The number by which a payer finds the claim or request again: X12 TRN02. */
  readonly traceNumber?: string;
  /** The id of the document in the envelope: XDS uniqueId, TXA-12, DocumentReference.masterIdentifier. */
  readonly uniqueId?: string;
  /** Who sent the envelope: ISA06, MSH-4. */
  readonly sentBy?: string;
}

/** A file in an envelope. It may itself be an envelope. */
export interface Inner {
  readonly bytes: Uint8Array;
  readonly step: Step;
  /** Its file name, or the empty string if the envelope gives none. */
  readonly name: string;
  readonly facts: EnvelopeFacts;
  /**
   * Whether the file may be something else than a document, such as a stylesheet or a picture. If so, it is no problem
   * that it is none.
   */
  readonly maybe: boolean;
  /** Gives the bytes of another file in the same folder, by the name that a `reference` in the document has. */
  readonly beside?: (name: string) => Promise<Uint8Array | undefined>;
}

export interface UnwrappedDocument {
  readonly kind: 'document';
  readonly bytes: Uint8Array;
  readonly name: string;
  /** From the outermost envelope to the innermost; empty if the document came without an envelope. */
  readonly steps: readonly Step[];
  readonly facts: EnvelopeFacts;
  /** The other files that the document refers to (`<reference value="scan.tif"/>`), by that name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** A part of the envelope that gives no document. The other parts are still read. */
export interface UnwrapProblem {
  readonly kind: 'problem';
  readonly code: 'structure' | 'too-costly' | 'not-supported';
  readonly steps: readonly Step[];
  /** One line that says what could not be read and why. It quotes nothing of the content. */
  readonly text: string;
  /** The place in the envelope, counted from 1; absent if it has no lines. */
  readonly line?: number;
  readonly column?: number;
}

export type Part = UnwrappedDocument | UnwrapProblem;

/** `zip IHE_XDM/SUBSET01/DOC1.XML > gzip`, for messages and for the DocumentReference. */
export function wayOf(steps: readonly Step[]): string {
  return steps.map(({ kind, place }) => (place === '' ? kind : `${kind} ${place}`)).join(' > ');
}
