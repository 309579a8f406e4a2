/**
 * Keeps the values of a label few: the first ones get a name, all later ones are `other`. A time series for each value
 * that clients can think of would fill the memory here and in Prometheus.
 */
export function createLabel(most = 50): (value: string | undefined) => string {
  const known = new Set<string>();
  return (value) => {
    if (value === undefined) return 'none';
    if (known.has(value)) return value;
    if (known.size >= most) return 'other';
    known.add(value);
    return value;
  };
}
