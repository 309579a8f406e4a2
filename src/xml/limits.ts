/**
 * How much of the machine one document may take. Over a limit is a DocumentError `too-costly`, never a crash: whoever
 * sends a document must not be able to stop the others'.
 */
export interface Limits {
  /** Bytes of the document as it comes. */
  readonly bytes: number;
  /** Elements within each other; the root is 1. */
  readonly depth: number;
  /** Attributes of one element, namespace declarations counted. */
  readonly attributes: number;
  /** Characters of one attribute's value, as written. */
  readonly attributeLength: number;
  /** Characters of one text, as written. High, because an ED holds whole scans and PDFs as base64. */
  readonly textLength: number;
  /** Characters of one name or namespace name. */
  readonly nameLength: number;
  /** Elements, attributes and texts together, each 19 bytes of memory. Real documents have one in 20 bytes. */
  readonly nodes: number;
}

export const defaultLimits: Limits = {
  bytes: 100 * 2 ** 20,
  depth: 256,
  attributes: 1_000,
  attributeLength: 1_000_000,
  textLength: 50 * 2 ** 20,
  nameLength: 500,
  nodes: 10_000_000,
};
