/** The place of an element under another: `below('', 'start')` is `start`, `below('period', 'start')` `period.start`. */
export function below(suffix: string, name: string): string {
  return suffix === '' ? name : `${suffix}.${name}`;
}
