import { choiceName, elementOf, elementsOf } from '../fhir/elements.js';
import { suggestion } from '../xpath/nearest.js';
import { inside, mistake, type Scope } from './scope.js';

/**
 * Whether one of the named elements of the same object is filled. For `$without`, a reason why there is no value fills
 * an element; for `$beside` only a value does.
 */
export function fillings(
  directive: '$without' | '$beside',
  value: unknown,
  typePath: string,
  scope: Scope,
): ((object: object) => boolean)[] {
  const given =
    typeof value === 'object' && value !== null && directive in value
      ? (value as Readonly<Record<string, unknown>>)[directive]
      : [];
  const names = (Array.isArray(given) ? given : [given]) as readonly string[];
  for (const name of names) {
    if (typeof name !== 'string' || elementOf(typePath, name) === undefined)
      mistake(
        inside(scope, directive),
        `${typePath} has no element "${name}"${suggestion(name, elementNames(typePath))}`,
      );
  }
  const excuse = directive === '$without';
  return names.map((name) => {
    if (!name.endsWith('[x]'))
      return (object) => Object.hasOwn(object, name) || (excuse && Object.hasOwn(object, `_${name}`));
    const choice = new RegExp(`^${excuse ? '_?' : ''}${name.slice(0, -3)}[A-Z]`);
    return (object) => Object.keys(object).some((key) => choice.test(key));
  });
}

/** Every name that a mapping may write for an element of the type, with each name of a choice (`valueQuantity`). */
export function elementNames(typePath: string): string[] {
  return elementsOf(typePath).flatMap((element) =>
    element.name.endsWith('[x]')
      ? [element.name, ...element.types.map((type) => choiceName(element.name, type))]
      : [element.name],
  );
}
