import type { Bundle, FhirResource } from 'fhir/r4.js';
import type { TraceEntry } from '../conversion.js';
import type { ResourceIndex } from '../search/resource-index.js';

/** A converted document (or a Bundle of somebody else's), with what its way here tells. */
export interface RecordDocument {
  readonly bundle: Bundle;
  /** When it arrived, an instant; only intake knows. */
  readonly received?: string;
  /** Who handed it over. */
  readonly sender?: string;
  /** The payer's own id of the person, where he has told it: it beats every rule but the birth date. */
  readonly member?: string;
  /** What people call it: the file's name. */
  readonly name?: string;
  /** Where each value stands in the source, as the conversion tells; for the places in answers. */
  readonly trace?: readonly TraceEntry[];
}

/** What became of one element that documents say differently. */
export interface Conflict {
  /** `Condition/…` as it stands in the record. */
  readonly resource: string;
  readonly element: string;
  /** `conflict` between sources: one value stands, the others are listed. `changed`: a later statement of the same source. */
  readonly kind: 'conflict' | 'changed';
  /** The one that stands first. */
  readonly values: readonly {
    readonly value: unknown;
    /** Ids of the Provenances that the value comes with. */
    readonly provenance: readonly string[];
    /** Ids of the source DocumentReferences. */
    readonly documents: readonly string[];
  }[];
}

/** A resource that only a replaced document says. */
export interface Withdrawn {
  readonly resource: FhirResource;
  /** Id of the replaced document's DocumentReference, and of the one that replaces it. */
  readonly document: string;
  readonly replacedBy: string;
}

/** Two facts that may be one, and are not joined: no code is in common, or a part of the key is absent. */
export interface PossiblySame {
  readonly resources: readonly [string, string];
  readonly why: string;
}

/** All that documents say about one person. */
export interface PersonRecord {
  /** Those that are linked; each keeps its id. */
  readonly patients: readonly FhirResource[];
  /** In the order of type and id: the order of documents decides nothing. */
  readonly resources: readonly FhirResource[];
  readonly index: ResourceIndex;
  /** What is known of a document beside what it says, by the id of its DocumentReference. */
  readonly documents: ReadonlyMap<string, RecordedDocument>;
  readonly conflicts: readonly Conflict[];
  readonly withdrawn: readonly Withdrawn[];
  readonly possiblySame: readonly PossiblySame[];
  /** Ids that a resource had in single documents -> its id here. */
  readonly joined: ReadonlyMap<string, string>;
  /** References that lead nowhere: told, not dropped. */
  readonly dangling: readonly { readonly from: string; readonly reference: string }[];
  /** Why the patients are taken for one person. */
  readonly links: readonly PatientLink[];
  /** The documents that it was made of. */
  readonly sources: readonly RecordDocument[];
}

export interface RecordedDocument {
  readonly id: string;
  readonly received?: string;
  readonly sender?: string;
  readonly name?: string;
  readonly trace?: readonly TraceEntry[];
}

export interface PatientLink {
  readonly patients: readonly [string, string];
  /** The rule that says so: `mrn,birth-date,family`. */
  readonly rule: string;
  readonly result: 'MATCH' | 'POSSIBLE_MATCH';
}
