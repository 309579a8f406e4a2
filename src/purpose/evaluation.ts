/** What the items of a purpose are asked with, and what each of them answers. */
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
  /** Resources that changed since the instant that the purpose asks about; absent where it asks about none. */
  readonly changed: ReadonlySet<string> | undefined;
  /** What the items above have found, by id. */
  readonly found: Map<string, readonly FhirResource[]>;
  /** FHIRPath that could not say: told, never passed over. */
  readonly failures: { readonly item: string; readonly resource: string; readonly message: string }[];
}

export interface Selection {
  readonly item: PurposeItem;
  /** Filled in and read; several mean or. Without those whose ValueSet is absent. */
  readonly queries: readonly Query[];
  /** ValueSets that the item wants and nobody has given. */
  readonly absentSets: readonly string[];
  readonly found: readonly FhirResource[];
  readonly values: ReadonlyMap<FhirResource, readonly unknown[]>;
  /** Found but for one thing: it says "not so", its status, whose statement it is, a signature, a value, when it arrived. */
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

/** The value of a filling: a parameter, or the ids of what an item above has found. */
export function fillingOf({ parameters, found }: Evaluation): (name: string) => string | undefined {
  return (name) => {
    const resources = found.get(name);
    // An id that nothing has: what refers to nothing is asked for nothing.
    if (resources !== undefined) return resources.map(({ id }) => id ?? '').join(',') || NOTHING;
    return parameters.get(name);
  };
}

const NOTHING = 'urn:cairn:nothing';

/** A search of the purpose, filled in and read; undefined where it asks about parameters that nobody has given. */
export function filledQuery(text: string, evaluation: Evaluation): Query | undefined {
  const filled = fillQuery(text, fillingOf(evaluation));
  return filled === undefined ? undefined : readQuery(filled);
}
