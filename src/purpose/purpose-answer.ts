import type { Bundle, FhirResource, Provenance } from 'fhir/r4.js';
import type { CategoryTable } from '../category/category-table.js';
import type { PersonRecord } from '../record/person-record.js';
import type { Evaluation, Selection } from './evaluation.js';
import type { Categorized } from './grade.js';
import type { ParameterValues } from './parameters.js';
import type { Missing } from './missing.js';
import type { Purpose } from './purpose-file.js';
import type { Sources } from '../record/source-kind.js';

/** The answer of a purpose about one person, before it is written as FHIR. */
export interface PurposeAnswer {
  readonly purpose: Purpose;
  /** SHA-256 of the purpose as it was asked. */
  readonly hash: string;
  readonly base: string;
  readonly parameters: ParameterValues;
  readonly record: PersonRecord;
  readonly sources: Sources;
  readonly items: readonly ItemAnswer[];
  /** The findings of the items, without those items that only lead to others. */
  readonly selected: readonly FhirResource[];
  readonly findings: ReadonlyMap<string, unknown>;
  readonly failures: Evaluation['failures'];
  /** UUIDv5 of purpose, parameters and documents: the same question about the same documents has the same id. */
  readonly id: string;
  /** The resource that carries the answer; undefined if that is the Bundle. */
  readonly resource: FhirResource | undefined;
  /** A collection, closed over references. */
  readonly bundle: Bundle;
  /** Its Provenance: who put the answer together, and from which documents. */
  readonly provenance: Provenance;
}

export interface ItemAnswer extends Selection {
  /** Present if nothing was found, or if nothing that was found can be used. */
  readonly missing: Missing | undefined;
  readonly table: CategoryTable | undefined;
  readonly categorized: readonly Categorized[];
}
