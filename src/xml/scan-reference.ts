import { isLegalCodePoint } from './characters.js';
import { illFormed } from './fault.js';

const predefined = new Map([
  ['lt;', 0x3c],
  ['gt;', 0x3e],
  ['amp;', 0x26],
  ['quot;', 0x22],
  ['apos;', 0x27],
]);

/**
 * The code point of the reference at `offset`, which is an `&`. The reference ends with the next `;`. Because there is
 * no DTD, only the five entities of XML 1.0, 4.6, exist. The message does not show the name of another entity: the `&`
 * may have been plain text, with a patient's data after it.
 */
export function scanReference(source: string, offset: number): number {
  if (source.charCodeAt(offset + 1) === 0x23) return scanCharacterReference(source, offset);
  for (const [text, code] of predefined) if (source.startsWith(text, offset + 1)) return code;
  const message = /^&[\w:.-]+;/.test(source.slice(offset, offset + 40))
    ? 'the entity is not declared: only &lt; &gt; &amp; &quot; &apos; and character references are known'
    : 'an "&" that begins no reference must be written &amp;';
  throw illFormed(source, offset, message);
}

function scanCharacterReference(source: string, offset: number): number {
  const hexadecimal = source.charCodeAt(offset + 2) === 0x78;
  const radix = hexadecimal ? 16 : 10;
  const first = offset + (hexadecimal ? 3 : 2);
  let code = 0;
  let i = first;
  for (; i < source.length; i++) {
    const digit = digitOf(source.charCodeAt(i));
    if (digit >= radix) break;
    code = Math.min(code * radix + digit, 0x110000);
  }
  if (i === first || source.charCodeAt(i) !== 0x3b) {
    throw illFormed(source, offset, 'a character reference must be digits and a semicolon: &#233; or &#xE9;');
  }
  if (!isLegalCodePoint(code)) {
    throw illFormed(source, offset, 'the character reference names a character that is not allowed in XML');
  }
  return code;
}

/** The value of a digit, 0 to 15; 16 if the character is no digit. */
function digitOf(c: number): number {
  if (c >= 0x30 && c <= 0x39) return c - 0x30;
  const letter = c | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : 16;
}
