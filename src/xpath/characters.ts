/**
 * The string functions of XPath 1.0 (4.2). XPath counts Unicode code points where JavaScript counts UTF-16 units. So a
 * text with surrogate pairs, and only such a text, is taken apart into code points.
 */
const SURROGATE = /[\ud800-\udfff]/;

export function characterCount(text: string): number {
  return SURROGATE.test(text) ? Array.from(text).length : text.length;
}

/**
 * Positions count from 1. The result has the positions p with `round(from) <= p < round(from) + round(length)`; NaN
 * gives the empty string.
 */
export function substring(text: string, from: number, length = Infinity): string {
  const first = Math.round(from);
  const after = first + Math.round(length);
  // This is also true if either is NaN, as in -Infinity + Infinity.
  if (!(first < after)) return '';
  const [start, end] = [Math.max(first, 1) - 1, Math.max(after, 1) - 1];
  return SURROGATE.test(text) ? Array.from(text).slice(start, end).join('') : text.slice(start, end);
}

export function substringBefore(text: string, mark: string): string {
  return text.slice(0, Math.max(text.indexOf(mark), 0));
}

export function substringAfter(text: string, mark: string): string {
  const at = text.indexOf(mark);
  return at < 0 ? '' : text.slice(at + mark.length);
}

/** White space is that of XML. A no-break space is not white space. */
export function normalizeSpace(text: string): string {
  return text.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '');
}

export function translate(text: string, from: string, to: string): string {
  return translation(from, to)(text);
}

/** The same, with its table made in advance. The texts to translate by are nearly always written in the selector. */
export function translation(from: string, to: string): (text: string) => string {
  const replacements = Array.from(to);
  const table = new Map<string, string>();
  Array.from(from).forEach((character, index) => {
    if (!table.has(character)) table.set(character, replacements[index] ?? '');
  });
  return (text) => {
    let result = '';
    for (const character of text) result += table.get(character) ?? character;
    return result;
  };
}
