import { choiceName, codesOf, elementsOf, isPrimitive, type ElementDefinition } from '../fhir/elements.js';
import { putDisplay } from '../fhir/types/coding.js';
import { absent } from '../fhir/types/data-absent-reason.js';
import { mistake, type Scope } from './scope.js';

const ABSENT = { extension: [absent('unknown')] };

/** Adds what FHIR requires and the document does not say. */
export type Complete = (object: Record<string, unknown>) => void;

/**
 * For a FHIR type: puts "unknown" (data-absent-reason) in the place of each element that FHIR requires and the object
 * does not have, and gives a Coding of HL7's own system its name. A document may lack anything, even a patient. What it
 * does say is not given up for that, and nothing is invented.
 */
export function requiredElements(typePath: string): Complete {
  const required = elementsOf(typePath)
    .filter((element) => element.required)
    .map((element) => ({ element, names: namesOf(element) }));
  if (typePath === 'Coding') return putDisplay;
  return (object) => {
    for (const { element, names } of required)
      if (!names.some((name) => Object.hasOwn(object, name))) add(object, element);
  };
}

/**
 * Reports elements that FHIR requires of a type and that no part of an object fills: they would be `unknown` in every
 * resource.
 */
export function reportUnfilled(typePath: string, parts: readonly { readonly name: string }[], scope: Scope): void {
  const filled = new Set(parts.map(({ name }) => name));
  for (const element of elementsOf(typePath)) {
    if (!element.required || [element.name, ...namesOf(element)].some((name) => filled.has(name))) continue;
    const message = `nothing fills "${element.name}", which FHIR requires of every ${typePath}`;
    mistake(scope, `${message}; {"$absent": "unknown"} says that nobody knows it`, 'key');
  }
}

/** The names under which an element, or what is said about it, may stand: a choice has one for each type. */
function namesOf({ name, types }: ElementDefinition): string[] {
  const names = name.endsWith('[x]') ? types.map((type) => choiceName(name, type)) : [name];
  return [...names, ...names.map((each) => `_${each}`)];
}

function add(object: Record<string, unknown>, { name, types, array, path, binding }: ElementDefinition): void {
  const type = types[0] ?? 'Element';
  // If the value set has the code `unknown`, validators want that code.
  if (type === 'code' && binding?.strength === 'required' && codesOf(binding.valueSet)?.has('unknown') === true) {
    object[name] = 'unknown';
    return;
  }
  const full = name.endsWith('[x]') ? choiceName(name, type) : name;
  if (isPrimitive(type)) {
    object[`_${full}`] = array ? [ABSENT] : ABSENT;
    return;
  }
  // An element that has elements of its own gets those that it must have.
  const value: Record<string, unknown> = {};
  if (path !== undefined) requiredElements(path)(value);
  const filled = Object.keys(value).length === 0 ? ABSENT : value;
  object[full] = array ? [filled] : filled;
}
