import type { Bundle } from 'fhir/r4.js';
import type { EnvelopeFacts } from './unwrap/part.js';
import type { Issue } from './xml/issue.js';

export type BundleType = 'transaction' | 'document' | 'collection';

export interface ConverterOptions {
  /** The folder of the mapping set; the packaged one if absent. */
  readonly mappings?: string;
  /**
   * A term pack (docs/terms.md). It adds codes, displays and units, and after it the free pack adds what it has.
   * `free`: only the free pack. If absent, nothing is added.
   */
  readonly terms?: string;
  /** The version of US Core, if neither the options of a conversion nor the sender's mappings name one. */
  readonly usCore?: string;
  /** What is done with units, if the options of a conversion don't say it. */
  readonly units?: Units;
}

/**
 * What is done with units. `said`: they stay as the document says them. `ucum`: the code is the one UCUM form, and the
 * unit keeps what the document says. `canonical`: measurements are also given in the unit of their LOINC code, and what
 * the document says is in an extension.
 */
export type Units = 'said' | 'ucum' | 'canonical';

export interface ConvertOptions {
  /** The default is `transaction` (PUT by id, so that loading is an upsert). */
  readonly bundle?: BundleType;
  /**
   * The name of a folder in `mappings/senders`. If absent, the sender is recognized by the OID of the document's
   * custodian or author.
   */
  readonly sender?: string;
  /** An IANA zone for times without an offset, or `document` for the offset of the header's effectiveTime. */
  readonly timeZone?: string;
  /** The version of US Core that the Bundle follows (`8.0.1`). If absent, the version of the set (6.1.0). */
  readonly usCore?: string;
  /** Whether profiles of US Core are claimed with their version (`…/us-core-patient|6.1.0`). */
  readonly versionedProfiles?: boolean;
  /**
   * Whether a statement that the document tells several times becomes a resource each time. If absent, it becomes one.
   */
  readonly keepRepeats?: boolean;
  /** If absent: `ucum` with a term pack, otherwise `said`. */
  readonly units?: Units;
  /** `false`: the converter's term pack is not used. */
  readonly terms?: false;
  /** Whether to make the trace, which takes time. `all`: also with the facts that only decided. */
  readonly trace?: boolean | 'all';
  /** The longest time that the conversion may take; 30 if absent, `Infinity` for no limit. */
  readonly timeLimitSeconds?: number;
  /**
   * The most megabytes that the Bundle may have as JSON. If absent, twenty times the document, but at least 16 and at
   * most 500. Ledger and trace don't count: they have a line for each fact of the document, and for each value of the
   * Bundle.
   */
  readonly maxOutputMegabytes?: number;
  /** The envelopes around the document, as `unwrap` gives them. They are written into the DocumentReference. */
  readonly envelope?: Envelope;
  /**
   * Files beside the document, by their name in its references (`scan.tif`). Their bytes become the data of
   * attachments.
   */
  readonly files?: ReadonlyMap<string, Uint8Array>;
}

/** The envelopes around a document. */
export interface Envelope {
  /** The way through them: `zip feed/1.hl7 > hl7-v2 message 1, OBX 1`. */
  readonly way: string;
  readonly facts: EnvelopeFacts;
}

export type FactStatus = 'mapped' | 'used' | 'narrative' | 'dropped' | 'unmapped';

export interface LedgerItem {
  /** Absolute XPath with positions. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly value: string;
  readonly status: Exclude<FactStatus, 'mapped' | 'used'>;
  /** JSON pointer into the mapping set: `problem-observation.json#/ignore/2`. */
  readonly rule?: string;
  readonly reason: string;
}

/** A statement that says the same as another one and is one resource with it. */
export interface SameAs extends DocumentPlace {
  /** The place that says it first. */
  readonly as: DocumentPlace;
  /** `Condition/7c1d…` */
  readonly resource: string;
}

interface DocumentPlace {
  /** Absolute XPath with positions. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

export interface Ledger {
  /** How many facts have each status. `questioned`: how many issues ask whether the result agrees with the document. */
  readonly totals: Readonly<Record<FactStatus | 'facts' | 'questioned', number>>;
  /**
   * How many facts say nothing of their own, by the rule that found that (see provenance/accounting/accounting.ts):
   * `template-constant`, `default-mood`, `code-system`, `code-name`, `repetition`, `frame`. The totals count them as
   * used or as dropped.
   */
  readonly rules: Readonly<Record<string, number>>;
  /** With a term pack or units: how many times each of its rules gave something (docs/terms.md). */
  readonly terms?: Readonly<Record<string, number>>;
  /**
   * Statements that the document tells several times and that became one resource, each with the place of the first.
   * The list is made when it is first read. Their facts count as those of the first do.
   */
  readonly same: readonly SameAs[];
  /** Every fact that is neither mapped nor used, in document order. The list is made when it is first read. */
  readonly items: readonly LedgerItem[];
}

/** A fact of the document. */
export interface TracePlace {
  /** Absolute XPath with positions. */
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Why a value is in the Bundle:
 *
 * - `document`: the document says it, in `sources`
 * - `mapping`: the mapping itself says it, as a literal or a `$code`
 * - `identity`: it is an id, made from what the source is known by
 * - `reference`: it names another resource, which was made from `sources`
 * - `profile`: the resource has everything that the profile requires
 * - `terms`: it comes from a term pack, or is a canonical unit; `file` names the source in the pack and its version,
 *   `rule` the rule
 * - `engine`: FHIR requires it, or it belongs to the Bundle itself; no directive says it
 */
export type TraceReason = 'document' | 'mapping' | 'identity' | 'reference' | 'profile' | 'terms' | 'engine';

/** A leaf of the Bundle: a text, a number or a truth value. */
export interface TraceEntry {
  /** `Condition/7c1d….code.coding[0].code`. The content of `_birthDate` is under `birthDate`. */
  readonly target: string;
  readonly by: TraceReason;
  /** The id of the mapping that made the resource; empty for the Bundle itself. */
  readonly mapping: string;
  /** The file of the directive in the mapping set: that of the mapping, of a fragment, or of a sender. */
  readonly file: string;
  /** The JSON pointer in that file to the directive, down to the alternative of `$first`. */
  readonly rule: string;
  /** The facts that it was made from. */
  readonly sources: readonly TracePlace[];
  /** The row of the ConceptMap that decided, if one did. */
  readonly conceptMap?: { readonly file: string; readonly rule: string };
  /** With `trace: 'all'`: facts that decided it but are not part of it. */
  readonly used?: readonly TracePlace[];
}

export interface Conversion {
  readonly bundle: Bundle;
  readonly ledger: Ledger;
  /** Empty if no trace was asked for. */
  readonly trace: readonly TraceEntry[];
  readonly issues: readonly Issue[];
}

/** The term pack of a converter. */
export interface TermsInUse {
  /** The hash of the pack, by which it is known. */
  readonly sha256: string;
  /** The sources that it was made from. */
  readonly sources: readonly { readonly title: string; readonly version: string; readonly sha256: string }[];
  /** Notices that licences require to be shown with its content. */
  readonly notices: readonly string[];
}

export interface Converter {
  /** SHA-256 of the mapping set. Every Provenance names it. */
  readonly mappingHash: string;
  readonly terms?: TermsInUse;
  /**
   * Converts one document into one Bundle. The same bytes and options always give the same Bundle.
   * @throws DocumentError if the document can't be read as CDA
   * @throws LimitError if it takes too long or its result is too large
   */
  convert(bytes: Uint8Array, options?: ConvertOptions): Conversion;
}
