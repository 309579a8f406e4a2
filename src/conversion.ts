import type { Bundle } from 'fhir/r4.js';
import type { EnvelopeFacts } from './unwrap/part.js';
import type { Issue } from './xml/issue.js';

export type BundleType = 'transaction' | 'document' | 'collection';

export interface ConverterOptions {
  /** Folder of the mapping set; the packaged one where absent. */
  readonly mappings?: string;
  /**
   * A term pack (docs/terms.md): codes, displays and units are added from it, and from the free one behind it; `free`: from
   * that one alone. None where absent.
   */
  readonly terms?: string;
  /** The version of US Core where neither the options of a conversion nor the sender's mappings say one. */
  readonly usCore?: string;
  /** What becomes of units where the options of a conversion don't say it. */
  readonly units?: Units;
}

/**
 * What becomes of units: `said`, as the document says them; `ucum`, the one UCUM form in the code beside what is said;
 * `canonical`, the values of measurements also in the unit of their LOINC code, what is said in an extension.
 */
export type Units = 'said' | 'ucum' | 'canonical';

export interface ConvertOptions {
  /** `transaction` (PUT by id, so that loading is an upsert) unless told otherwise. */
  readonly bundle?: BundleType;
  /** Name of a folder in `mappings/senders`; else the sender is known by the document's custodian or author OID. */
  readonly sender?: string;
  /** IANA zone for times without an offset, or `document`: the offset of the header's effectiveTime. */
  readonly timeZone?: string;
  /** The version of US Core that the Bundle follows (`8.0.1`), one of the set's; the set's own (6.1.0) where absent. */
  readonly usCore?: string;
  /** Whether profiles of US Core are claimed with their version (`…/us-core-patient|6.1.0`). */
  readonly versionedProfiles?: boolean;
  /** Whether statements that the document tells more than once become a resource each time; once where absent. */
  readonly keepRepeats?: boolean;
  /** `ucum` where there is a term pack and nothing else is said, else `said`. */
  readonly units?: Units;
  /** False: without the converter's term pack. */
  readonly terms?: false;
  /** Whether to make the trace; it costs time. `all`: also with the facts that only decided. */
  readonly trace?: boolean | 'all';
  /** The longest that the conversion may take; 30 where absent, `Infinity` for no limit. */
  readonly timeLimitSeconds?: number;
  /**
   * The most that the Bundle may have as JSON; where absent twenty times the document, at least 16 and at most 500. Ledger and
   * trace are not counted: they have a line for each fact of the document, and for each value of the Bundle.
   */
  readonly maxOutputMegabytes?: number;
  /** Where the document was taken out of, as `unwrap` tells it: it is written into the DocumentReference. */
  readonly envelope?: Envelope;
  /** Files beside the document, by the name in its references (`scan.tif`): their bytes become the attachment's data. */
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

/** A statement that says what another says, and is one resource with it. */
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
  /** How many facts there are of each status; `questioned` is how many issues ask whether the result agrees with the document. */
  readonly totals: Readonly<Record<FactStatus | 'facts' | 'questioned', number>>;
  /**
   * How many facts say nothing of their own, by the rule that tells so (see provenance/accounting/accounting.ts):
   * `template-constant`, `default-mood`, `code-system`, `code-name`, `repetition`, `frame`. The totals count them as used,
   * or as dropped.
   */
  readonly rules: Readonly<Record<string, number>>;
  /** Where there is a term pack, or units were asked for: how often each rule of it gave something (docs/terms.md). */
  readonly terms?: Readonly<Record<string, number>>;
  /**
   * Statements that the document tells more than once and that became one resource, each with the place of the first; made
   * when it is first read. Their facts count as those of the first do.
   */
  readonly same: readonly SameAs[];
  /** Every fact that is not mapped or used, in document order; made when it is first read. */
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
 * - `mapping`: the mapping itself says it, a literal or a `$code`
 * - `identity`: an id, made of what the source is known by
 * - `reference`: it names another resource, which was made of `sources`
 * - `profile`: the resource has all that the profile asks for
 * - `terms`: a term pack, or a canonical unit; `file` names the source in the pack and its version, `rule` the rule
 * - `engine`: FHIR requires it, or it is the frame of the Bundle; no directive says it
 */
export type TraceReason = 'document' | 'mapping' | 'identity' | 'reference' | 'profile' | 'terms' | 'engine';

/** One leaf of the Bundle: a text, number or truth value. */
export interface TraceEntry {
  /** `Condition/7c1d….code.coding[0].code`; what `_birthDate` has stands under `birthDate`. */
  readonly target: string;
  readonly by: TraceReason;
  /** Id of the mapping that the resource was made by; empty for the frame of the Bundle. */
  readonly mapping: string;
  /** The file of the directive, inside the mapping set: the mapping's own, a fragment's, a sender's. */
  readonly file: string;
  /** JSON pointer into that file: the directive, down to the alternative of `$first`. */
  readonly rule: string;
  /** The facts that it was made of. */
  readonly sources: readonly TracePlace[];
  /** The row of the ConceptMap that decided, where one did. */
  readonly conceptMap?: { readonly file: string; readonly rule: string };
  /** With `trace: 'all'`: facts that decided that it is so and stand nowhere in it. */
  readonly used?: readonly TracePlace[];
}

export interface Conversion {
  readonly bundle: Bundle;
  readonly ledger: Ledger;
  /** Empty unless asked for. */
  readonly trace: readonly TraceEntry[];
  readonly issues: readonly Issue[];
}

/** The term pack of a converter. */
export interface TermsInUse {
  /** What it is known by. */
  readonly sha256: string;
  /** What it was made of. */
  readonly sources: readonly { readonly title: string; readonly version: string; readonly sha256: string }[];
  /** What licences want to be shown with its content. */
  readonly notices: readonly string[];
}

export interface Converter {
  /** SHA-256 of the mapping set; it stands in every Provenance. */
  readonly mappingHash: string;
  readonly terms?: TermsInUse;
  /**
   * One document in, one Bundle out. Pure: the same bytes and options give the same Bundle.
   * @throws DocumentError where the document can't be read as CDA, LimitError where it takes too long or becomes too large.
   */
  convert(bytes: Uint8Array, options?: ConvertOptions): Conversion;
}
