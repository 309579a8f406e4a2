import type { Reading } from '../../cda/reading.js';
import { readInterval, valueFact } from '../../cda/types/interval.js';
import { parseTs, type PointInTime } from '../../cda/types/ts.js';
import { NONE, valueOf, type Node, type Tree } from '../../xml/tree.js';
import type { Primitive } from '../primitive.js';
import { absent, dataAbsentReason, impossible } from './data-absent-reason.js';
import { originalText } from './original-text.js';

/**
 * Makes a FHIR date, dateTime, instant or time from a TS, or from an IVL_TS if one point is needed: its value, else its
 * low, else its center, but never its high (C-CDA on FHIR, mapping guidance, dates). A caller that wants the high
 * passes that node.
 *
 * `render` gives the FHIR text, or undefined if the FHIR type can't have so little or so much precision. Then the
 * source text stands beside a data-absent-reason. It is also kept whenever the FHIR text differs from it in any
 * character.
 */
export function pointOfTime(
  reading: Reading,
  node: Node,
  suffix: string,
  render: (point: PointInTime, reading: Reading) => string | undefined,
): Primitive<string> | undefined {
  const { tree } = reading;
  const { value, low, center } = readInterval(tree, node);
  const fact = value !== NONE ? value : firstFact(tree, low, center);
  if (fact === NONE) {
    const extension =
      dataAbsentReason(reading, node, suffix) ?? (low === NONE ? undefined : dataAbsentReason(reading, low, suffix));
    return extension && { extension };
  }
  const text = valueOf(tree, fact).trim();
  reading.journal.mapped(fact, suffix);
  const point = parseTs(text);
  if (point === undefined) {
    reading.warn('impossible-date', 'This is no point in time; its text is kept beside a data-absent-reason.', fact);
    return impossible(text);
  }
  const rendered = render(point, reading);
  if (rendered === undefined) return { extension: [absent('unknown'), originalText(text)] };
  return compact(rendered) === text ? { value: rendered } : { value: rendered, extension: [originalText(text)] };
}

function firstFact(tree: Tree, low: Node, center: Node): Node {
  const fact = valueFact(tree, low);
  return fact !== NONE ? fact : valueFact(tree, center);
}

/** The known parts of the date: `2015`, `2015-06`, `2015-06-22`. */
export function dateText({ year, month, day }: PointInTime): string {
  if (month === '') return year;
  return day === '' ? `${year}-${month}` : `${year}-${month}-${day}`;
}

/** `10:30:00.250`. Missing seconds become zero, which FHIR R4 2.24.0.1 allows and its grammar requires. */
export function clockText({ hour, minute, second, fraction }: PointInTime): string {
  return `${hour}:${minute}:${second === '' ? '00' : second}${fraction}`;
}

/** The CDA form of a FHIR date or dateTime. */
function compact(text: string): string {
  return text.slice(0, 10).replaceAll('-', '') + text.slice(10).replace(/[T:]/g, '');
}
