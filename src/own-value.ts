/**
 * What a table that is a plain object has under a name, and nothing of what every object inherits: a document may say
 * `constructor` or `__proto__` wherever it says anything.
 *
 *   ownValue({ lt: '<' }, 'toString') // undefined
 */
export function ownValue<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
