import { decode } from './decode.js';
import { DocumentError } from './document-error.js';
import { defaultLimits, type Limits } from './limits.js';
import type { Names } from './names.js';
import { parseXml, type ParsedDocument } from './parse.js';

/**
 * Reads a document: takes bytes, gives the tree and what the sender should know. Throws DocumentError if it can't be
 * read.
 *
 *   const { tree, issues } = readDocument(await readFile('document.xml'), vocabulary);
 */
export function readDocument(bytes: Uint8Array, names: Names, limits: Limits = defaultLimits): ParsedDocument {
  if (bytes.length > limits.bytes) {
    throw new DocumentError('too-costly', `the document is larger than ${limits.bytes} bytes`);
  }
  const decoded = decode(bytes);
  const { tree, issues } = parseXml(decoded.source, names, limits);
  return { tree, issues: [...decoded.issues, ...issues] };
}
