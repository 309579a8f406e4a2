/**
 * What a resource denies: a refuted problem, a vaccine that was refused, a drug that must not be given, something entered in
 * error. Such a resource never counts as found, whatever a purpose forgets to say, unless a search asks for it by name
 * (`Immunization?status=not-done`).
 */
import type { FhirResource } from 'fhir/r4.js';
import { tokens } from '../search/match.js';
import type { Filter, Query } from '../search/query.js';
import { searchParameter } from '../search/search-parameters.js';
import { select } from '../search/search.js';
import { judged } from './ask.js';
import type { Evaluation } from './evaluation.js';
import type { PurposeItem } from './purpose-file.js';

/** FHIR's own search parameters for whether something holds, was done, or is meant. */
export const STATUS = ['status', 'clinical-status', 'verification-status'];

/** FHIR's own codes for a statement that says that something is not so. */
const DENIED = ['refuted', 'not-done', 'not-taken', 'not-performed'];
const ERROR = 'entered-in-error';

export type Denial = 'stated-absent' | 'wrong-status';

export function isStatus({ name }: Filter): boolean {
  return STATUS.includes(name);
}

/** The reason why a resource that a search found never counts; undefined if it may count. */
export function denial(resource: FhirResource, queries: readonly Query[], evaluation: Evaluation): Denial | undefined {
  const said = statusCodes(resource, evaluation);
  const denied = isDenied(resource, evaluation, said);
  if (!denied && !said.includes(ERROR)) return undefined;
  if (queries.some((query) => query.type === resource.resourceType && asksFor(query, said))) return undefined;
  return denied ? 'stated-absent' : 'wrong-status';
}

export function isDenied(
  resource: FhirResource,
  evaluation: Evaluation,
  said = statusCodes(resource, evaluation),
): boolean {
  const { doNotPerform } = resource as { doNotPerform?: boolean };
  if (doNotPerform === true) return true;
  if (said.some((code) => DENIED.includes(code))) return true;
  // "No known allergies" is a statement of its own. A ValueSet lists the codes that say so.
  const { search, set } = evaluation;
  const code = searchParameter(resource.resourceType, 'code');
  const noneKnown = `${set.base}/ValueSet/none-known`;
  return (
    code !== undefined &&
    tokens(code, resource, search).some((token) => set.valueSets.has(noneKnown, token.system ?? '', token.code ?? ''))
  );
}

function statusCodes(resource: FhirResource, { search }: Evaluation): string[] {
  return [...STATUS, 'data-absent-reason'].flatMap((name) => {
    const parameter = searchParameter(resource.resourceType, name);
    return parameter === undefined ? [] : tokens(parameter, resource, search).flatMap(({ code }) => code ?? []);
  });
}

/** Whether a search names one of these codes, and does not exclude it. */
function asksFor({ filters }: Query, codes: readonly string[]): boolean {
  return filters.some(
    (filter) =>
      isStatus(filter) &&
      filter.modifier === undefined &&
      filter.values.some(
        (value) =>
          value.kind === 'token' &&
          (value.token.code === ERROR || DENIED.includes(value.token.code ?? '')) &&
          codes.includes(value.token.code ?? ''),
      ),
  );
}

/**
 * What the searches of an item would find with any status, and is not as they want it. What denies is told for every item;
 * another status (resolved, planned) where the item is evidence for something, which such a resource could be taken for.
 */
export function statusPeeled(
  item: PurposeItem,
  queries: readonly Query[],
  evaluation: Evaluation,
): { readonly resource: FhirResource; readonly reason: Denial }[] {
  return queries.flatMap((query): { resource: FhirResource; reason: Denial }[] => {
    if (!query.filters.some(isStatus)) return [];
    const found = new Set(select(query, evaluation.search));
    const filters = query.filters.filter((filter) => !isStatus(filter));
    const any = select({ type: query.type, filters }, evaluation.search);
    return any.flatMap((resource): { resource: FhirResource; reason: Denial }[] => {
      if (found.has(resource) || !judged(item, resource, evaluation)) return [];
      if (isDenied(resource, evaluation)) return [{ resource, reason: 'stated-absent' }];
      return item.role === undefined ? [] : [{ resource, reason: 'wrong-status' }];
    });
  });
}
