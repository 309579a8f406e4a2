/**
 * The same text in memory of its own. V8 cuts a text out of a longer one without copying it, so whoever keeps a word of
 * a document beyond its conversion keeps the whole document alive.
 */
export function copiedText(text: string): string {
  // JSON takes half a character as it is, and gives a text of one byte a character where that is enough.
  return text.length < SHORTEST_VIEW ? text : (JSON.parse(JSON.stringify(text)) as string);
}

/** V8 copies pieces that are shorter. */
const SHORTEST_VIEW = 13;
