import { readFileSync } from 'node:fs';

const names = JSON.parse(readFileSync(new URL('./states.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, string>
>;
const codes = new Map(
  Object.entries(names).flatMap(([code, name]) => [code, name.toUpperCase()].map((key) => [key, code])),
);

/**
 * The two-letter code of the United States Postal Service for a state or territory, from its code or its name in any
 * case; undefined for any other text. US Core binds `Address.state` to these codes.
 *
 *   stateCode('Oregon') // 'OR'
 */
export function stateCode(text: string): string | undefined {
  return codes.get(text.trim().replace(/\s+/g, ' ').toUpperCase());
}

export function isStateCode(text: string): boolean {
  return Object.hasOwn(names, text);
}
