/**
 * From characters as written to the value that they mean. The parser has already checked that they are well-formed, so
 * nothing is checked here, and a value costs nothing until it is asked for.
 */
const predefined: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

const written = /<!--[^]*?-->|<!\[CDATA\[([^]*?)\]\]>|<\?[^]*?\?>|&([^;]*);|\r\n?/g;
const lineEnd = /\r\n?/g;

/**
 * The value of a text. Line ends become LF (XML 1.0, 2.11), CDATA sections are unwrapped, comments and processing
 * instructions are left out, and references are resolved (4.4). A CR that is written as a reference stays.
 *
 *   decodeText('a &lt; b<!-- note --><![CDATA[ & c]]>')  // 'a < b & c'
 */
export function decodeText(raw: string): string {
  if (!raw.includes('<') && !raw.includes('&')) return raw.replace(lineEnd, '\n');
  return raw.replace(written, (match, cdata: string | undefined, reference: string | undefined) => {
    if (cdata !== undefined) return cdata.replace(lineEnd, '\n');
    if (reference !== undefined) return decodeReference(reference);
    return match.startsWith('\r') ? '\n' : '';
  });
}

/**
 * The value of an attribute. Each line end and tab becomes a space, and references are resolved (XML 1.0, 3.3.3). White
 * space that is written as a reference stays as it is. Without a DTD every attribute is CDATA, so nothing is trimmed.
 *
 *   decodeAttribute('a\r\nb&#10;c')  // 'a b\nc'
 */
export function decodeAttribute(raw: string): string {
  return raw.replace(/\r\n?|[\n\t]|&([^;]*);/g, (_, reference: string | undefined) =>
    reference === undefined ? ' ' : decodeReference(reference),
  );
}

/** Resolves what stands between `&` and `;`. */
function decodeReference(name: string): string {
  if (!name.startsWith('#')) return predefined.get(name) ?? '';
  const code = name.startsWith('#x') ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
  return String.fromCodePoint(code);
}
