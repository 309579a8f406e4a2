/**
 * The same text in memory of its own. V8 cuts a text out of a longer one without copying it, so whoever keeps a word of
 * a document beyond its conversion keeps the whole document alive.
 */
export function copiedText(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
