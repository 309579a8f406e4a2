/**
 * How much of the machine one document may use. A document over a limit gives a DocumentError `too-costly`, never a
 * crash, so that one sender can't stop the documents of the others.
 */
export interface Limits {
  /** The document's length in bytes, as it was sent. */
  readonly bytes: number;
  /** How many elements may stand inside each other; the root is 1. */
  readonly depth: number;
  /** Attributes of one element, with namespace declarations. */
  readonly attributes: number;
  /** Characters of one attribute's value, as written in the document. */
  readonly attributeLength: number;
  /** Characters of one text, as written. This is high, because an ED element may hold a whole scan or PDF as base64. */
  readonly textLength: number;
  /** Characters of one name or namespace name. */
  readonly nameLength: number;
  /**
   * Elements, attributes and texts together. Each takes 19 bytes of memory. Real documents have about one for every 20
   * bytes.
   */
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
