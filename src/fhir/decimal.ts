/**
 * FHIR decimals keep their precision: `5.0` is not `5` (FHIR R4 2.24.0.1). A JavaScript number can't do that. So the
 * exact text is kept beside it under a symbol. JSON.stringify does not see it, comparisons do, and the JSON and XML
 * writers print it.
 */
export const EXACT = Symbol('exact decimal text');

export interface WithExactDecimals {
  [EXACT]?: Record<string, string>;
}

/** Sets `target[key]` to the number in `text`, which must be a decimal in FHIR's notation. */
export function setDecimal(target: object, key: string, text: string): void {
  const value = Number(text);
  (target as Record<string, unknown>)[key] = value;
  if (String(value) !== text) {
    const exact = target as WithExactDecimals;
    exact[EXACT] = { ...exact[EXACT], [key]: text };
  }
}
