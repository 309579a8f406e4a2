import type { ContactPoint } from 'fhir/r4.js';
import { peek, type Reading } from '../../cda/reading.js';
import { nameId } from '../../cda/vocabulary.js';
import { attribute, children, NONE, valueOf, type Node } from '../../xml/tree.js';
import { dataAbsentReason } from './data-absent-reason.js';
import { becomesOld } from './ended.js';
import { toPeriod } from './period.js';

const NULL_FLAVOR = nameId('nullFlavor');
const USE = nameId('use');
const USEABLE_PERIOD = nameId('useablePeriod');
const VALUE = nameId('value');

type System = NonNullable<ContactPoint['system']>;
type Use = NonNullable<ContactPoint['use']>;

/** C-CDA on FHIR, ConceptMap CF-TelecomType, and further schemes that senders write. */
const SYSTEMS: ReadonlyMap<string, System> = new Map([
  ['tel', 'phone'],
  ['fax', 'fax'],
  ['x-text-fax', 'fax'],
  ['mailto', 'email'],
  ['email', 'email'],
  ['sms', 'sms'],
]);

const NUMBERED: ReadonlySet<System> = new Set(['phone', 'fax', 'sms']);

/** C-CDA on FHIR, ConceptMap CF-TelecomUse: the uses for which FHIR has the same meaning. */
const USES: ReadonlyMap<string, Use> = new Map([
  ['H', 'home'],
  ['HP', 'home'],
  ['WP', 'work'],
  ['TMP', 'temp'],
  ['BAD', 'old'],
  ['MC', 'mobile'],
]);
/** The uses for which FHIR has a wider meaning. The fact is not marked, because part of it is lost. */
const WIDER_USES: typeof USES = new Map([
  ['HV', 'home'],
  ['AS', 'work'],
  ['DIR', 'work'],
  ['PUB', 'work'],
  ['PG', 'mobile'],
]);

/**
 * A FHIR ContactPoint from a TEL: the scheme gives the system, and the rest is the value as written. Without a scheme,
 * the form of the value shows whether it is an e-mail address, a web address or a number. Undefined if there is no
 * value: FHIR and US Core leave out a contact that is not known. A value that is withheld (MSK) exists, so it is told.
 *
 *   <telecom use="WP" value="tel:+1(555)555-0100"/>  ->  { system: 'phone', value: '+1(555)555-0100', use: 'work' }
 */
export function toContactPoint(reading: Reading, node: Node): ContactPoint | undefined {
  const { tree, journal } = reading;
  const fact = attribute(tree, node, VALUE);
  const [system, value] = divide(fact === NONE ? '' : valueOf(tree, fact).trim());
  const reaches = reachesSomebody(system, value);
  const point = reaches ? { system, value } : withheld(reading, node);
  if (point === undefined) return undefined;
  if (reaches) journal.mapped(fact, 'value');
  for (const n of children(tree, node, USEABLE_PERIOD)) {
    const period = point.period ?? toPeriod(reading, n, 'period');
    if (period !== undefined) point.period = period;
  }
  if (!becomesOld(reading, node, point)) addUse(reading, node, point);
  return point;
}

/** A telephone number has digits: `tel:none` and `tel:+` reach nobody. */
function reachesSomebody(system: System, value: string): boolean {
  return NUMBERED.has(system) ? /\d/.test(value) : value !== '';
}

/**
 * A contact that is masked for privacy: it exists, and who is allowed to can ask for it. Its kind is not known, and no
 * reason can stand in for the system, because US Core has a required binding for it.
 */
function withheld(reading: Reading, node: Node): ContactPoint | undefined {
  if (peek(reading, node, NULL_FLAVOR)?.trim() !== 'MSK') return undefined;
  const extension = dataAbsentReason(reading, node, 'value');
  return { system: 'other', _value: { extension } };
}

function divide(text: string): [System, string] {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\s*([^]*)$/i.exec(text) ?? [];
  const system = SYSTEMS.get(scheme.toLowerCase());
  // Senders write `tel:tel:555`. The second scheme is not part of the number.
  if (system !== undefined) return [system, rest.replace(new RegExp(`^(${scheme}:\\s*)+`, 'i'), '').trim()];
  if (/^https?$/i.test(scheme)) return ['url', text];
  if (/^[^\s@:]+@[^\s@]+\.[^\s@]+$/.test(text)) return ['email', text];
  if (/^www\.\S+$/i.test(text)) return ['url', text];
  return [/^[+(\d][\d\s().+/-]*(\s*;?\s*(x|ext)[.=]?\s*\d+)?$/i.test(text) ? 'phone' : 'other', text];
}

/** Adds the first use that FHIR has. PG is the kind of device, a pager (guidance-56). */
function addUse({ tree, journal }: Reading, node: Node, point: ContactPoint): void {
  const fact = attribute(tree, node, USE);
  if (fact === NONE) return;
  const uses = valueOf(tree, fact).split(/\s+/).filter(Boolean);
  const isPager = uses.includes('PG') && point.system === 'phone';
  if (isPager) point.system = 'pager';
  const others = isPager && uses.length > 1 ? uses.filter((code) => code !== 'PG') : uses;
  const first = others.find((code) => USES.has(code) || WIDER_USES.has(code));
  if (first === undefined) return;
  point.use = (USES.get(first) ?? WIDER_USES.get(first))!;
  const isWhole = USES.has(first) || (isPager && first === 'PG');
  if (isWhole && others.length === 1) journal.mapped(fact, isPager ? 'system' : 'use');
}
