/**
 * How long to wait before the next try, in milliseconds: a random time, whose upper limit doubles with each try. It is
 * random so that deliveries that failed together don't all come back together.
 */
export function backoff(
  attempt: number,
  { first, most }: { readonly first: number; readonly most: number },
  random: () => number = Math.random,
): number {
  return Math.round(random() * Math.min(most, first * 2 ** Math.min(attempt, 30)));
}

/**
 * The wait that a Retry-After header asks for, in milliseconds. The header has seconds or a date (RFC 9110 10.2.3).
 * Undefined if it can't be understood; at most one day.
 */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), 86_400_000);
}
