/** Reports an element whose type is open (`effective[x]`) and that stands beside itself with a type (`effectiveDateTime`). */
import { elementOf } from '../fhir/elements.js';
import { mistake, type Scope } from './scope.js';

/** An element as a mapping writes it, and where. */
export interface WrittenElement {
  readonly name: string;
  readonly value: unknown;
  readonly scope: Scope;
}

/**
 * Reports choices that are written twice and that nothing keeps apart: if both were filled, the resource would have one
 * element with two types, which FHIR forbids (R4 2.6.1.4). An overlay does this easily.
 */
export function reportChoiceTwice(elements: readonly WrittenElement[], typePath: string): void {
  for (const open of elements) {
    if (!open.name.endsWith('[x]') || isConditional(open.value)) continue;
    for (const typed of elements) {
      if (elementOf(typePath, typed.name)?.base !== open.name || isConditional(typed.value)) continue;
      const message = `"${typed.name}" and "${open.name}" are one element, and both can be filled`;
      const instead = `say { "$without": "${open.name}" } here, or take one out (null in an overlay)`;
      mistake(typed.scope, `${message}: ${instead}`, 'key');
    }
  }
}

function isConditional(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ('$when' in value || '$without' in value);
}
