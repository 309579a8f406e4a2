/**
 * The value of a plain object's own key; undefined for what every object inherits. A document may have `constructor` or
 * `__proto__` in any place.
 *
 *   ownValue({ lt: '<' }, 'toString') // undefined
 */
export function ownValue<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
