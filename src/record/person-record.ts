import type { Bundle, FhirResource } from 'fhir/r4.js';
import type { TraceEntry } from '../conversion.js';
import type { ResourceIndex } from '../search/resource-index.js';

/** A converted document, or a Bundle from somebody else, with what intake knows of it. */
export interface RecordDocument {
  readonly bundle: Bundle;
  /** The instant when it arrived, which only intake knows. */
  readonly received?: string;
  /** Who handed it over. */
  readonly sender?: string;
  /** The payer's own id of the person, if intake gives one. It beats every rule except that of the birth date. */
  readonly member?: string;
  /** The name by which people know it: that of the file. */
  readonly name?: string;
  /** Where each value stands in the source, as the conversion tells; for the places in answers. */
  readonly trace?: readonly TraceEntry[];
}

/** One element about which documents differ, and which value counts. */
export interface Conflict {
  /** `Condition/…` as it stands in the record. */
  readonly resource: string;
  readonly element: string;
  /**
   * `conflict`: sources differ; one value counts, the others are listed. `changed`: the same source has later said
   * something else.
   */
  readonly kind: 'conflict' | 'changed';
  /** The value that counts. */
  readonly values: readonly {
    readonly value: unknown;
    /** Ids of the Provenances of the value. */
    readonly provenance: readonly string[];
    /** Ids of the source DocumentReferences. */
    readonly documents: readonly string[];
  }[];
}

/** A resource that only a replaced document has. */
export interface Withdrawn {
  readonly resource: FhirResource;
  /** Id of the replaced document's DocumentReference, and of the one that replaces it. */
  readonly document: string;
  readonly replacedBy: string;
}

/**
 * Two facts that may be the same and are not joined, because they have no code in common or a part of the key is
 * missing.
 */
export interface PossiblySame {
  readonly resources: readonly [string, string];
  readonly why: string;
}

/** All that documents say about one person. */
export interface PersonRecord {
  /** The patients that were linked; each keeps its id. */
  readonly patients: readonly FhirResource[];
  /** Sorted by type and id, so that the order of the documents has no effect. */
  readonly resources: readonly FhirResource[];
  readonly index: ResourceIndex;
  /** What is known of a document beside what it says, by the id of its DocumentReference. */
  readonly documents: ReadonlyMap<string, RecordedDocument>;
  readonly conflicts: readonly Conflict[];
  readonly withdrawn: readonly Withdrawn[];
  readonly possiblySame: readonly PossiblySame[];
  /** Ids that a resource had in single documents -> its id in the record. */
  readonly joined: ReadonlyMap<string, string>;
  /** References that lead nowhere. They are listed and stay in the resources. */
  readonly dangling: readonly { readonly from: string; readonly reference: string }[];
  /** Why the patients are taken to be one person. */
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
