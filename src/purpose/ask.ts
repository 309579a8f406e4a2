/** Evaluates FHIRPath on a resource, for questions that a search can't ask. */
import type { FhirResource } from 'fhir/r4.js';
import type { Evaluation } from './evaluation.js';
import type { PurposeItem } from './purpose-file.js';

/**
 * Tests that a search can't make: `where`, and whether the resource belongs to a visit that an earlier item has found.
 */
export function judged(item: PurposeItem, resource: FhirResource, evaluation: Evaluation): boolean {
  if (item.visit !== undefined && !belongsTo(resource, evaluation.found.get(item.visit) ?? [], evaluation))
    return false;
  if (item.where === undefined) return true;
  return ask(item.id, item.where, resource, evaluation)[0] === true;
}

/** Evaluates FHIRPath on a resource. If the expression can't be evaluated, the result is nothing, and that is told. */
export function ask(
  item: string,
  text: string,
  focus: FhirResource,
  evaluation: Evaluation,
  more: Readonly<Record<string, unknown>> = {},
): unknown[] {
  const expression = evaluation.loaded.expressions.get(text);
  if (expression === undefined) return [];
  try {
    const given: Record<string, unknown> = { ...fhirPathVariables(evaluation), ...more, resource: focus };
    // Each variable takes time, even if the expression does not name it.
    return expression.evaluate(focus, Object.fromEntries(expression.names.map((name) => [name, given[name] ?? []])));
  } catch (error) {
    // The message of the error may quote a value.
    const message = error instanceof Error ? error.name : 'Error';
    evaluation.failures.push({ item, resource: `${focus.resourceType}/${focus.id ?? ''}`, message });
    return [];
  }
}

export function fhirPathVariables({ loaded, parameters, found }: Evaluation): Record<string, unknown> {
  // A parameter without a value is empty; that is no error.
  const absent = Object.keys({ ...loaded.purpose.parameters }).map((name): [string, unknown] => [name, []]);
  return { ...Object.fromEntries(absent), ...Object.fromEntries(parameters), ...Object.fromEntries(found) };
}

/**
 * The resource refers to the visit, the visit refers to the resource, or the resource's document is about the visit.
 */
export function belongsTo(resource: FhirResource, visits: readonly FhirResource[], { record }: Evaluation): boolean {
  return visits.some(
    (visit) =>
      record.index.referring(visit, resource.resourceType).includes(resource) ||
      record.index.referring(resource, visit.resourceType).includes(visit),
  );
}
