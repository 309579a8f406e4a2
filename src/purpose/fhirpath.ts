import { whenNeeded } from '../when-needed.js';
import { once } from '../once.js';

/** A FHIRPath expression made ready to be asked of many resources. */
export interface FhirPathExpression {
  readonly text: string;
  /** What it takes from outside. */
  readonly names: readonly string[];
  /** @throws Error where FHIRPath can't say: comparing what can't be compared. */
  evaluate(focus: object, variables?: Readonly<Record<string, unknown>>): unknown[];
}

interface Fhirpath {
  compile(
    expression: string,
    model: unknown,
    options?: object,
  ): (focus: object, variables?: Readonly<Record<string, unknown>>) => unknown[];
}

const library = whenNeeded('fhirpath') as () => Fhirpath;
const model = whenNeeded('fhirpath/fhir-context/r4');

/** Literals in quotes may hold anything. */
const QUOTED = /'(?:[^'\\]|\\.)*'/g;

/**
 * Compiles an expression (R4 types known).
 *
 *   compileFhirpath('value.ofType(Quantity)').evaluate(observation) // [{ value: 8.1, unit: '%', ... }]
 *
 * @throws Error with a one-line message where it is not FHIRPath.
 */
export function compileFhirpath(text: string): FhirPathExpression {
  const compiled = library().compile(text, model());
  return { text, names: namesOf(text), evaluate: (focus, variables = {}) => compiled(focus, variables) };
}

/** The same, compiled when it is first asked: for expressions that are known to be FHIRPath. */
export function compileLater(text: string): FhirPathExpression {
  const compiled = once(() => compileFhirpath(text));
  return { text, names: namesOf(text), evaluate: (focus, variables) => compiled().evaluate(focus, variables) };
}

/** The names that must be given, those that FHIRPath has itself aside. */
function namesOf(text: string): string[] {
  return [...new Set(variablesOf(text))].filter((name) => !OWN_VARIABLES.includes(name) || name === 'resource');
}

/**
 * What must not stand in an expression that judges: comparing dates (`@2023`, a date parameter) throws at Periods and is
 * empty for imprecise dates; a search says it exactly. And there is no clock.
 */
export function forbidden(text: string, dates: readonly string[]): string | undefined {
  const bare = text.replace(QUOTED, "''");
  if (/\b(now|today|timeOfDay)\(\)/.test(bare)) return 'there is no clock here: give the day as a parameter';
  const date = dates.find((name) => new RegExp(`%\`?${name}\\b`).test(bare));
  if (/@\d/.test(bare) || date !== undefined)
    return 'dates are compared in query, where imprecise ones and Periods are understood';
  return undefined;
}

/** The names that an expression takes from outside: `%left`, `` %`not-coded` ``. */
export function variablesOf(text: string): string[] {
  return [...text.replace(QUOTED, "''").matchAll(/%(?:`([^`]+)`|([A-Za-z_]\w*))/g)].map(
    (found) => found[1] ?? found[2]!,
  );
}

/** What FHIRPath itself has under %. */
export const OWN_VARIABLES = ['context', 'resource', 'ucum'];
