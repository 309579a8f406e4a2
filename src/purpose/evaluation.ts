/** The data that the items of a purpose are evaluated with, and the result of each item. */
import type { FhirResource } from 'fhir/r4.js';
import type { PersonRecord } from '../record/person-record.js';
import { provenanceSources, type SourceOf, type Sources } from '../record/source-kind.js';
import type { SearchContext } from '../search/match.js';
import { readQuery, type Query } from '../search/query.js';
import type { LoadedPurpose, PurposeSet } from './load.js';
import type { ParameterValues } from './parameters.js';
import type { PurposeItem } from './purpose-file.js';
import { fillQuery } from './template.js';

/** What every step needs. */
export interface Evaluation {
  readonly set: PurposeSet;
  readonly loaded: LoadedPurpose;
  readonly parameters: ParameterValues;
  readonly record: PersonRecord;
  readonly search: SearchContext;
  readonly sources: Sources;
  /** The resources that have changed since the given instant; absent if the purpose does not ask for changes. */
  readonly changed: ReadonlySet<string> | undefined;
  /** The resources that the earlier items have found, by the id of the item. */
  readonly found: Map<string, readonly FhirResource[]>;
  /** FHIRPath expressions that could not be evaluated. They are told. */
  readonly failures: { readonly item: string; readonly resource: string; readonly message: string }[];
}

export interface Selection {
  readonly item: PurposeItem;
  /**
   * The searches with their values filled in; a resource that one of them finds is found. Searches whose ValueSet is
   * missing are left out.
   */
  readonly queries: readonly Query[];
  /** ValueSets that the item needs and that are missing. */
  readonly absentSets: readonly string[];
  readonly found: readonly FhirResource[];
  readonly values: ReadonlyMap<FhirResource, readonly unknown[]>;
  /**
   * Resources that meet all but one condition. The one may be: it is negated, or its status, source, signature, value
   * or date of arrival is not as the item wants it.
   */
  readonly turnedAway: readonly TurnedAway[];
}

export interface TurnedAway {
  readonly resource: FhirResource;
  readonly reason:
    | 'stated-absent'
    | 'wrong-status'
    | 'source-not-accepted'
    | 'not-signed'
    | 'value-absent'
    | 'receipt-unknown'
    | 'out-of-window'
    | 'date-absent';
  readonly source?: SourceOf;
}

export function startEvaluation(
  set: PurposeSet,
  loaded: LoadedPurpose,
  parameters: ParameterValues,
  record: PersonRecord,
  changed?: ReadonlySet<string>,
): Evaluation {
  return {
    set,
    loaded,
    parameters,
    record,
    search: { index: record.index, valueSets: set.valueSets, dates: loaded.purpose.dates ?? 'certain' },
    sources: provenanceSources(record, set.assemblers),
    changed,
    found: new Map(),
    failures: [],
  };
}

/** The value that replaces a placeholder: a parameter, or the ids that an earlier item has found. */
export function fillingOf({ parameters, found }: Evaluation): (name: string) => string | undefined {
  return (name) => {
    const resources = found.get(name);
    // An id that no resource has: a search that refers to it finds nothing.
    if (resources !== undefined) return resources.map(({ id }) => id ?? '').join(',') || NOTHING;
    return parameters.get(name);
  };
}

const NOTHING = 'urn:cairn:nothing';

/** A search of the purpose with its values filled in; undefined if all of its parameters are without a value. */
export function filledQuery(text: string, evaluation: Evaluation): Query | undefined {
  const filled = fillQuery(text, fillingOf(evaluation));
  return filled === undefined ? undefined : readQuery(filled);
}
