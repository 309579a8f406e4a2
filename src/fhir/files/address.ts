/**
 * Where a file lies that a document refers to: elsewhere, given by a whole address, or beside the document, given by a
 * name.
 */

/** Characters that must be escaped in a URL (RFC 3986, 2), such as a blank in a file name or a backslash. */
const UNSAFE = /[\s<>"{}|\\^`\x00-\x1f]/g;

/**
 * The address in the reference of an ED, made fit for a FHIR url: Windows paths become `file:` addresses (RFC 8089),
 * blanks become `%20`.
 *
 *   fileUrl('My scan.tif') // 'My%20scan.tif'
 *   fileUrl('\\\\records\\scans\\7.tif') // 'file://records/scans/7.tif'
 */
export function fileUrl(text: string): string {
  const path = text.startsWith('\\\\')
    ? `file:${text.replaceAll('\\', '/')}`
    : /^[a-z]:[\\/]/i.test(text)
      ? `file:///${text.replaceAll('\\', '/')}`
      : text;
  return path.replace(UNSAFE, (character) => encodeURIComponent(character));
}

/**
 * Whether a reference names a file, judged by its ending or its path: `scan.tif`, `images/12`. One that begins with `#`
 * is an ID.
 */
export function looksLikeFile(text: string): boolean {
  return !text.startsWith('#') && /[\\/]|[^.\s]\.[a-z0-9]{2,5}$/i.test(text);
}

/** The last step of a path, which is the name that a reader knows. */
export function fileName(text: string): string {
  return (
    text
      .replace(/[?#].*$/, '')
      .split(/[\\/]/)
      .findLast((step) => step !== '') ?? text
  );
}
