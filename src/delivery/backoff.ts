/** A random time up to twice as long with each try: many that failed together don't come back together. */
export function backoff(
  attempt: number,
  { first, most }: { readonly first: number; readonly most: number },
  random: () => number = Math.random,
): number {
  return Math.round(random() * Math.min(most, first * 2 ** Math.min(attempt, 30)));
}

/**
 * What Retry-After asks for, in milliseconds: seconds, or a date (RFC 9110 10.2.3). Undefined where it says nothing that can
 * be understood; a day is the most that is believed.
 */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), 86_400_000);
}
