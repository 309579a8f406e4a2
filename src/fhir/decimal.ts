/**
 * FHIR decimals keep their precision: `5.0` is not `5` (FHIR R4 2.24.0.1). A JavaScript number can't say so, so the exact
 * text stays beside it under a symbol, invisible to JSON but not to comparison, and the JSON and XML writers print it.
 */
export const EXACT = Symbol('exact decimal text');

export interface WithExactDecimals {
  [EXACT]?: Record<string, string>;
}

/** Sets `target[key]` to the number that `text` is; `text` must be a decimal in FHIR's notation. */
export function setDecimal(target: object, key: string, text: string): void {
  const value = Number(text);
  (target as Record<string, unknown>)[key] = value;
  if (String(value) !== text) {
    const exact = target as WithExactDecimals;
    exact[EXACT] = { ...exact[EXACT], [key]: text };
  }
}
