import type { Extension } from 'fhir/r4.js';
import { EXACT, setDecimal, type WithExactDecimals } from './decimal.js';

/** A FHIR primitive with its id and extensions (`birthDate` and `_birthDate`, FHIR R4 2.6.2). */
export interface Primitive<T extends string | number | boolean = string | number | boolean> {
  value?: T;
  extension?: Extension[];
}

/** Writes a primitive as FHIR JSON does: the value under its name, id and extensions under `_name`. */
export function setPrimitive(target: object, name: string, primitive: Primitive | undefined): void {
  if (primitive === undefined) return;
  const element = target as Record<string, unknown>;
  if (primitive.value !== undefined) {
    element[name] = primitive.value;
    const exact = (primitive as WithExactDecimals)[EXACT]?.value;
    if (exact !== undefined) setDecimal(target, name, exact);
  }
  if (primitive.extension !== undefined) element[`_${name}`] = { extension: primitive.extension };
}
