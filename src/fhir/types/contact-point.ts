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

/** C-CDA on FHIR, ConceptMap CF-TelecomType; the schemes that it does not name are those that senders write. */
const SYSTEMS: ReadonlyMap<string, System> = new Map([
  ['tel', 'phone'],
  ['fax', 'fax'],
  ['x-text-fax', 'fax'],
  ['mailto', 'email'],
  ['email', 'email'],
  ['sms', 'sms'],
]);

/** C-CDA on FHIR, ConceptMap CF-TelecomUse: what FHIR says as well as CDA does … */
const USES: ReadonlyMap<string, Use> = new Map([
  ['H', 'home'],
  ['HP', 'home'],
  ['WP', 'work'],
  ['TMP', 'temp'],
  ['BAD', 'old'],
  ['MC', 'mobile'],
]);
/** … and what it says less exactly: the fact stays unmarked, since it is not whole in the output. */
const WIDER_USES: typeof USES = new Map([
  ['HV', 'home'],
  ['AS', 'work'],
  ['DIR', 'work'],
  ['PUB', 'work'],
  ['PG', 'mobile'],
]);

/**
 * A FHIR ContactPoint from a TEL: the scheme is the system, the rest the value as it is written. Without a scheme the
 * value says itself whether it is an e-mail address, a web address or a number. Undefined where there is no value: FHIR and
 * US Core leave out a contact that is not known. One that is withheld is known, and says so in its place.
 *
 *   <telecom use="WP" value="tel:+1(555)555-0100"/>  ->  { system: 'phone', value: '+1(555)555-0100', use: 'work' }
 */
export function toContactPoint(reading: Reading, node: Node): ContactPoint | undefined {
  const { tree, journal } = reading;
  const fact = attribute(tree, node, VALUE);
  const [system, value] = divide(fact === NONE ? '' : valueOf(tree, fact).trim());
  const point = value === '' ? withheld(reading, node) : { system, value };
  if (point === undefined) return undefined;
  if (value !== '') journal.mapped(fact, 'value');
  for (const n of children(tree, node, USEABLE_PERIOD)) {
    const period = point.period ?? toPeriod(reading, n, 'period');
    if (period !== undefined) point.period = period;
  }
  if (!becomesOld(reading, node, point)) addUse(reading, node, point);
  return point;
}

/**
 * What is masked for privacy: there is a number or an address, and who may can ask for it. Of which kind is not told, and
 * no reason can stand in for the system (US Core wants one, and its binding is required).
 */
function withheld(reading: Reading, node: Node): ContactPoint | undefined {
  if (peek(reading, node, NULL_FLAVOR)?.trim() !== 'MSK') return undefined;
  const extension = dataAbsentReason(reading, node, 'value');
  return { system: 'other', _value: { extension } };
}

function divide(text: string): [System, string] {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\s*([^]*)$/i.exec(text) ?? [];
  const system = SYSTEMS.get(scheme.toLowerCase());
  // Senders write `tel:tel:555`; the second scheme is no part of the number.
  if (system !== undefined) return [system, rest.replace(new RegExp(`^(${scheme}:\\s*)+`, 'i'), '').trim()];
  if (/^https?$/i.test(scheme)) return ['url', text];
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) return ['email', text];
  if (/^www\.\S+$/i.test(text)) return ['url', text];
  return [/^[+(\d][\d\s().+/-]*(\s*;?\s*(x|ext)[.=]?\s*\d+)?$/i.test(text) ? 'phone' : 'other', text];
}

/** The first use that FHIR has. PG is the kind of device: a pager (guidance-56). */
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
