/** Checks that FHIR JSON from outside has the shape of R4, so that later code can rely on it. */
import { elementOf, isPrimitive, isResource, type ElementDefinition } from './elements.js';

/** The JSON does not have the shape of R4. The message quotes nothing of the content. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';

  constructor(
    message: string,
    /** `Bundle.entry[1].resource.code` */
    readonly expression: string,
  ) {
    super(message);
  }
}

/** No real resource is so deep, and the stack does not overflow at this depth. */
const DEEPEST = 100;
const NUMBERS = /^(decimal|integer|positiveInt|unsignedInt)$/;

/**
 * Checks all lists, objects and primitives of a resource, at every depth. Elements that R4 does not know are skipped.
 *
 *   checkShape({ resourceType: 'Observation', code: [] }) // ShapeError: Observation.code must be an object
 *
 * @throws ShapeError at the first mistake
 */
export function checkShape(resource: unknown): void {
  checkResource(resource, '', 0);
}

function checkResource(value: unknown, at: string, depth: number): void {
  const type = isObject(value) ? value.resourceType : undefined;
  if (typeof type !== 'string' || !isResource(type))
    throw wrong(at === '' ? 'Resource' : at, 'must be a resource of FHIR R4');
  checkObject(value as Record<string, unknown>, type, at === '' ? type : at, depth);
}

function checkObject(value: Readonly<Record<string, unknown>>, type: string, at: string, depth: number): void {
  if (depth > DEEPEST) throw wrong(at, 'is nested too deeply');
  for (const [name, inner] of Object.entries(value)) {
    const element = name === 'resourceType' ? undefined : elementOf(type, name);
    if (element === undefined) continue;
    const here = `${at}.${name}`;
    if (!element.array) checkValue(inner, element, here, depth);
    else if (!Array.isArray(inner)) throw wrong(here, 'must be a list');
    else for (const [index, item] of inner.entries()) checkItem(item, element, `${here}[${index}]`, depth);
  }
}

/** In a list of primitives an item may be null, if it has only an extension (FHIR R4 2.6.2.2). */
function checkItem(item: unknown, element: ElementDefinition, at: string, depth: number): void {
  if (item !== null || !isPrimitive(element.types[0] ?? '')) checkValue(item, element, at, depth);
}

function checkValue(value: unknown, { types, path }: ElementDefinition, at: string, depth: number): void {
  const type = types[0] ?? '';
  if (type === 'Resource') return checkResource(value, at, depth + 1);
  if (!isPrimitive(type)) {
    if (!isObject(value)) throw wrong(at, 'must be an object');
    return checkObject(value, path ?? type, at, depth + 1);
  }
  const wanted = type === 'boolean' ? 'boolean' : NUMBERS.test(type) ? 'number' : 'string';
  if (typeof value !== wanted) throw wrong(at, `must be a ${wanted}`);
}

function wrong(at: string, what: string): ShapeError {
  return new ShapeError(`${at} ${what}.`, at);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
