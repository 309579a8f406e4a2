import { EXACT, type WithExactDecimals } from '../fhir/decimal.js';

/**
 * FHIR JSON as `writeJson` writes it, with every decimal in its digits: what is written again is the same to the byte.
 *
 *   writeJson(readJson('{"value":5.0}') as object) // {"value":5.0}
 *
 * @throws SyntaxError where it is no JSON
 */
export function readJson(text: string): unknown {
  // JSON.parse keeps no digits, so a number that would lose some goes through it as a marked string.
  let mark = '\uE000';
  while (text.includes(mark)) mark += '\uE000';
  const marked = text.replace(TOKEN, (token) =>
    token.startsWith('"') || String(Number(token)) === token ? token : `"${mark}${token}"`,
  );
  const value: unknown = JSON.parse(marked);
  if (marked !== text) unmark(value, mark);
  return value;
}

/** A string, or a number outside of one. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

function unmark(value: unknown, mark: string): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value) as [string, unknown][]) {
    if (typeof item !== 'string' || !item.startsWith(mark)) {
      unmark(item, mark);
      continue;
    }
    const digits = item.slice(mark.length);
    (value as Record<string, unknown>)[key] = Number(digits);
    const exact = value as WithExactDecimals;
    exact[EXACT] = { ...exact[EXACT], [key]: digits };
  }
}
