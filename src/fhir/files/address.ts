/** Where a file lies that a document refers to: elsewhere by its whole address, or beside it by its name. */

/** What may not stand in an address as it is (RFC 3986, 2): a blank of a file name, a backslash. */
const UNSAFE = /[\s<>"{}|\\^`\x00-\x1f]/g;

/**
 * The address that an ED's reference gives, fit for a FHIR url: paths of Windows as `file:` addresses (RFC 8089), blanks
 * written as `%20`.
 *
 *   addressOf('My scan.tif') // 'My%20scan.tif'
 *   addressOf('\\\\records\\scans\\7.tif') // 'file://records/scans/7.tif'
 */
export function addressOf(text: string): string {
  const path = text.startsWith('\\\\')
    ? `file:${text.replaceAll('\\', '/')}`
    : /^[a-z]:[\\/]/i.test(text)
      ? `file:///${text.replaceAll('\\', '/')}`
      : text;
  return path.replace(UNSAFE, (character) => encodeURIComponent(character));
}

/** Whether a reference names a file, by its ending or its path: `scan.tif`, `images/12`. What begins with `#` is an ID. */
export function looksLikeFile(text: string): boolean {
  return !text.startsWith('#') && /[\\/]|[^.\s]\.[a-z0-9]{2,5}$/i.test(text);
}

/** The last step of a path, as a reader knows the file. */
export function fileName(text: string): string {
  return (
    text
      .replace(/[?#].*$/, '')
      .split(/[\\/]/)
      .findLast((step) => step !== '') ?? text
  );
}
