/**
 * The place of an element inside another: `below('', 'start')` is `start`, and `below('period', 'start')` is
 * `period.start`.
 */
export function below(suffix: string, name: string): string {
  return suffix === '' ? name : `${suffix}.${name}`;
}
