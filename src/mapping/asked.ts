import type { Mapping } from './mapping.js';

/**
 * What a conversion asked of its mapping set. What it did not ask had no part in the result, so another set that differs
 * from this one only there makes the same of the document (author/set-difference.ts).
 */
export class AskedOfSet {
  /** Mappings that were to make a resource, whether they made it or not. */
  readonly mappings = new Set<Mapping>();
  /** Templates (`templateId/@root`) for which a mapping was looked for. */
  readonly templates = new Set<string>();
  /** Elements (vocabulary numbers) for which a mapping was looked for, because none of their templates is known. */
  readonly elements = new Set<number>();
}
