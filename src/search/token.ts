import type { ValueSetIndex } from './value-set.js';

/** A code as a resource has it; `code`, `boolean` and `string` elements have no system, and may be asked for with any. */
export interface Token {
  readonly system?: string | undefined;
  readonly code: string | undefined;
  /** What people read: display, or the text of the concept. */
  readonly text?: string | undefined;
  readonly bare?: boolean;
}

/** What a search wants: `code`, `system|code`, `system|` (any code), `|code` (a code without system). */
export interface WantedToken {
  readonly system?: string;
  readonly code?: string;
}

interface Coded {
  readonly system?: string;
  readonly code?: string;
  readonly value?: string;
  readonly display?: string;
  readonly text?: string;
  readonly coding?: readonly Coded[];
  readonly type?: Coded;
}

/** The tokens of an element's value: each coding of a CodeableConcept, or the value itself. */
export function tokensOf(value: unknown, type: string): Token[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'object')
    return [{ code: typeof value === 'string' ? value : JSON.stringify(value), bare: true }];
  const coded = value as Coded;
  switch (type) {
    case 'CodeableConcept': {
      const codings = (coded.coding ?? []).map((coding) => ({
        ...tokenOf(coding),
        text: coding.display ?? coded.text,
      }));
      return codings.length === 0 ? [{ code: undefined, text: coded.text }] : codings;
    }
    case 'Identifier':
      return [{ system: coded.system, code: coded.value, text: coded.type?.text }];
    case 'ContactPoint':
      // The system of a phone number is not a system of codes (FHIR R4 3.1.1.4.10).
      return [{ code: coded.value, bare: true }];
    default:
      return [{ ...tokenOf(coded), text: coded.display }];
  }
}

function tokenOf({ system, code }: Coded): Token {
  return { system, code };
}

/** Reads `system|code` with FHIR's escapes already undone. */
export function readToken(text: string): WantedToken {
  const bar = text.indexOf('|');
  if (bar === -1) return { code: text };
  const code = text.slice(bar + 1);
  return { system: text.slice(0, bar), ...(code === '' ? {} : { code }) };
}

export function tokenMatches(token: Token, wanted: WantedToken): boolean {
  if (wanted.code !== undefined && token.code !== wanted.code) return false;
  if (wanted.system === undefined || token.bare === true) return token.code !== undefined;
  if (wanted.system === '') return token.system === undefined && token.code !== undefined;
  return token.system === wanted.system && token.code !== undefined;
}

/** `:text`: what people read begins with the words, case aside. */
export function textMatches(token: Token, wanted: string): boolean {
  const text = token.text?.toLowerCase();
  return text?.includes(wanted.toLowerCase()) ?? false;
}

/** `:in`. A bare code counts where the set has it in any system. */
export function tokenIn(token: Token, url: string, sets: ValueSetIndex): boolean {
  if (token.code === undefined) return false;
  return sets.has(url, token.bare === true ? undefined : (token.system ?? ''), token.code);
}
