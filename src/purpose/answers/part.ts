import type { FhirResource, ParametersParameter } from 'fhir/r4.js';

/** `Condition/…`, as issues and messages name a resource. */
export function keyOf({ resourceType, id = '' }: FhirResource): string {
  return `${resourceType}/${id}`;
}

/** A part with a text; none where there is no text. */
export function part(name: string, value: string | undefined): ParametersParameter[] {
  return value === undefined ? [] : [{ name, valueString: value }];
}
