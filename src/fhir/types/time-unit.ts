import { ucum } from '../../terminology/units.js';
import type { Extension } from 'fhir/r4.js';
import { originalText } from './original-text.js';

/** The units that a Timing knows (FHIR R4, value set units-of-time). */
export type TimeUnitCode = 's' | 'min' | 'h' | 'd' | 'wk' | 'mo' | 'a';

export interface TimeUnit {
  readonly code: TimeUnitCode;
  /** How many of them make a day; undefined for units longer than a day. */
  readonly inADay: number | undefined;
  /** The source's text as an extension, if it is not the code. */
  readonly source: { readonly extension?: Extension[] };
}

const IN_A_DAY: Readonly<Record<TimeUnitCode, number | undefined>> = {
  s: 86400,
  min: 1440,
  h: 24,
  d: 1,
  wk: undefined,
  mo: undefined,
  a: undefined,
};

/** The unit of time for a UCUM code or a common misspelling of one; undefined for anything else. */
export function timeUnit(text: string): TimeUnit | undefined {
  const code = isTimeUnit(text) ? text : (ucum(text)?.code ?? '');
  if (!isTimeUnit(code)) return undefined;
  return { code, inADay: IN_A_DAY[code], source: code === text ? {} : { extension: [originalText(text)] } };
}

function isTimeUnit(code: string): code is TimeUnitCode {
  return Object.hasOwn(IN_A_DAY, code);
}
