import { EXACT, type WithExactDecimals } from '../fhir/decimal.js';

/**
 * A resource as FHIR JSON, with every decimal in the digits that the source gave it (FHIR R4 2.24.0.1): `5.0` stays
 * `5.0`. The resource is not changed. `pretty` indents by two spaces.
 *
 *   writeJson({ resourceType: 'Quantity', value: 5 }) // {"resourceType":"Quantity","value":5}
 */
export function writeJson(resource: object, pretty = false): string {
  const indent = pretty ? 2 : undefined;
  // The native writer can't print `5.0` for a number, so such a number goes through it as a marked string and loses the
  // quotes afterwards. A document may hold the mark in its own text: then more strings match than were marked, and
  // another mark is tried.
  for (let attempt = 0; ; attempt++) {
    const mark = `\uE000${attempt === 0 ? '' : String(attempt)}:`;
    const marking: Marking = { mark, count: 0 };
    const json = JSON.stringify(marked(resource, marking), undefined, indent);
    if (marking.count === 0) return json;
    let found = 0;
    const exact = json.replace(new RegExp(`"${mark}([^"]*)"`, 'g'), (_, digits: string) => {
      found++;
      return digits;
    });
    if (found === marking.count) return exact;
  }
}

interface Marking {
  readonly mark: string;
  count: number;
}

/** The same value where nothing in it has exact decimals, else a copy down to them in which they are marked strings. */
function marked<T>(value: T, marking: Marking): T {
  if (Array.isArray(value)) {
    let copy: unknown[] | undefined;
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i];
      if (typeof item !== 'object' || item === null) continue;
      const changed = marked(item, marking);
      if (changed !== item) (copy ??= value.slice())[i] = changed;
    }
    return (copy ?? value) as T;
  }
  const source = value as Record<string, unknown>;
  let copy: Record<string, unknown> | undefined;
  for (const key in source) {
    const item = source[key];
    if (typeof item !== 'object' || item === null) continue;
    const changed = marked(item, marking);
    if (changed !== item) (copy ??= { ...source })[key] = changed;
  }
  const exact = (source as WithExactDecimals)[EXACT];
  if (exact !== undefined) {
    for (const [key, digits] of Object.entries(exact)) {
      // The number may have been set anew without its digits.
      if (source[key] !== Number(digits)) continue;
      (copy ??= { ...source })[key] = marking.mark + digits;
      marking.count++;
    }
  }
  return (copy ?? source) as T;
}
