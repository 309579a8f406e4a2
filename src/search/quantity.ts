import { whenNeeded } from '../when-needed.js';
import type { Prefix } from './time-range.js';

/** What a search wants: `gt5.4|http://unitsofmeasure.org|mg`. */
export interface WantedQuantity {
  readonly prefix: Prefix;
  readonly value: number;
  /** Half of the last digit that was written: `5.40` is 5.395 to 5.405 (FHIR R4 3.1.1.4.6). */
  readonly margin: number;
  readonly system?: string;
  readonly code?: string;
}

interface Quantity {
  readonly value?: number;
  readonly comparator?: string;
  readonly unit?: string;
  readonly system?: string;
  readonly code?: string;
  readonly low?: Quantity;
  readonly high?: Quantity;
}

interface UcumLibrary {
  readonly UcumLhcUtils: {
    getInstance(): {
      convertUnitTo(
        from: string,
        value: number,
        to: string,
      ): { readonly status: string; readonly toVal: number | null };
    };
  };
}

const UCUM = 'http://unitsofmeasure.org';
const library = whenNeeded('@lhncbc/ucum-lhc') as () => UcumLibrary;

/** Reads `[prefix]number[|system|code]`; undefined where the number is none. */
export function readQuantity(prefix: Prefix, text: string): WantedQuantity | undefined {
  const [number = '', system, code] = text.split('|');
  const found = /^-?\d+(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number);
  if (found === null) return undefined;
  const digits = (found[1]?.length ?? 0) - Number(found[2] ?? 0);
  return {
    prefix,
    value: Number(number),
    margin: 0.5 * 10 ** -digits,
    ...(system === undefined || system === '' ? {} : { system }),
    ...(code === undefined || code === '' ? {} : { code }),
  };
}

/**
 * Whether a Quantity (or Range) is as a search wants it. `<5` in a resource is everything below 5: it is greater than 3
 * for no one who must be sure, so a comparator has to settle the matter by itself. Units of UCUM are converted.
 */
export function quantityMatches(fact: unknown, wanted: WantedQuantity): boolean {
  const quantity = fact as Quantity;
  const low = quantity.low ?? quantity;
  const high = quantity.high ?? quantity;
  const least = bound(
    low,
    wanted,
    quantity.low === undefined && quantity.high !== undefined ? '<' : low.comparator,
    'least',
  );
  const most = bound(
    high,
    wanted,
    quantity.high === undefined && quantity.low !== undefined ? '>' : high.comparator,
    'most',
  );
  if (least === undefined || most === undefined) return false;
  const { value, margin } = wanted;
  switch (wanted.prefix) {
    case 'eq':
      return least >= value - margin && most < value + margin;
    case 'ne':
      return most < value - margin || least >= value + margin;
    case 'gt':
    case 'sa':
      return least > value || (least === value && low.comparator === '>');
    case 'lt':
    case 'eb':
      return most < value || (most === value && high.comparator === '<');
    case 'ge':
      return least >= value;
    case 'le':
      return most <= value;
    case 'ap':
      // Ten percent, as FHIR R4 3.1.1.4.6 recommends.
      return least >= value - Math.abs(value) * 0.1 && most <= value + Math.abs(value) * 0.1;
  }
}

/** One end of a Quantity in the unit that is wanted; undefined where it can't be compared. */
function bound(
  { value, system, code, unit }: Quantity,
  wanted: WantedQuantity,
  comparator: string | undefined,
  end: 'least' | 'most',
): number | undefined {
  if (value === undefined) return undefined;
  const factor = converted(value, { system, code, unit }, wanted);
  if (factor === undefined) return undefined;
  if (end === 'least' && comparator?.startsWith('<')) return -Infinity;
  if (end === 'most' && comparator?.startsWith('>')) return Infinity;
  return factor;
}

interface Unit {
  readonly system: string | undefined;
  readonly code: string | undefined;
  readonly unit: string | undefined;
}

function converted(value: number, { system, code, unit }: Unit, wanted: WantedQuantity): number | undefined {
  if (wanted.code === undefined) return value;
  if (wanted.system !== undefined && system !== undefined && system !== wanted.system) return undefined;
  if (code === wanted.code || (code === undefined && unit === wanted.code)) return value;
  if (wanted.system !== undefined && wanted.system !== UCUM) return undefined;
  if (system !== UCUM || code === undefined) return undefined;
  const { status, toVal } = library().UcumLhcUtils.getInstance().convertUnitTo(code, value, wanted.code);
  return status === 'succeeded' && toVal !== null ? Number(toVal.toPrecision(12)) : undefined;
}
