import type { ParametersParameter } from 'fhir/r4.js';

/** A parameter with a text; none if there is no text. */
export function part(name: string, value: string | undefined): ParametersParameter[] {
  return value === undefined ? [] : [{ name, valueString: value }];
}
