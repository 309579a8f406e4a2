import type { Address, Extension } from 'fhir/r4.js';
import type { Reading } from '../../cda/reading.js';
import { partsText, partText } from '../../cda/types/parts.js';
import { nameId } from '../../cda/vocabulary.js';
import { stateCode } from '../../terminology/states.js';
import { attribute, firstChild, isText, nextSibling, nodeName, NONE, valueOf, type Node } from '../../xml/tree.js';
import { setPrimitive, type Primitive } from '../primitive.js';
import { dataAbsentReason } from './data-absent-reason.js';
import { becomesOld } from './ended.js';
import { originalText } from './original-text.js';
import { usePartType } from './part-type.js';
import { toPeriod } from './period.js';
import { setPrimitives } from './primitive-list.js';
import { markTexts } from './text.js';

const USE = nameId('use');

const ISO_PART = 'http://hl7.org/fhir/StructureDefinition/iso21090-ADXP-';
const ISO_USE = 'http://hl7.org/fhir/StructureDefinition/iso21090-AD-use';

/** Parts that have their own FHIR element (C-CDA on FHIR, mapping guidance, guidance-50 to -53). */
const ELEMENTS = new Map([
  ['city', 'city'],
  ['state', 'state'],
  ['postalCode', 'postalCode'],
  ['country', 'country'],
  ['county', 'district'],
]);
/** Parts that together make one line, in their order: `12 B | Main | Street`. */
const SHARED_LINE = new Set(
  'houseNumber houseNumberNumeric buildingNumberSuffix direction streetName streetNameBase streetNameType unitType unitID'.split(
    ' ',
  ),
);
/** Parts that each make a line of their own. */
const OWN_LINE = new Set(
  (
    'streetAddressLine additionalLocator careOf postBox deliveryAddressLine deliveryInstallationType ' +
    'deliveryInstallationArea deliveryInstallationQualifier deliveryMode deliveryModeIdentifier'
  ).split(' '),
);

/**
 * A FHIR Address from an AD. A part that FHIR has no element for becomes a line, with an ISO 21090 extension that names
 * the kind of part. An address without parts, or with words between its parts, becomes text.
 *
 *   <addr use="HP"><streetAddressLine>17 Daws Rd.</streetAddressLine><city>Blue Bell</city></addr>
 * ->  { use: 'home', line: ['17 Daws Rd.'], city: 'Blue Bell' }
 */
export function toAddress(reading: Reading, node: Node): Address | undefined {
  const { tree } = reading;
  const address: Address = {};
  const lines: Primitive<string>[] = [];
  let shared = false;
  let hasLooseText = false;
  for (let n = firstChild(tree, node); n !== NONE; n = nextSibling(tree, n)) {
    const name = nodeName(tree, n);
    const element = ELEMENTS.get(name);
    if (isText(tree, n) || name === 'delimiter') {
      if (partText(tree, n) === '') continue;
      hasLooseText = true;
      markTexts(reading, n, 'text');
    } else if (element !== undefined) {
      addElement(reading, n, address, element);
    } else if (SHARED_LINE.has(name) || OWN_LINE.has(name)) {
      const joins = SHARED_LINE.has(name);
      if (addLine(reading, n, name, lines, shared && joins)) shared = joins;
    } else if (name === 'precinct') {
      addPrecinct(reading, n, address);
    } else if (name === 'useablePeriod') {
      const period = address.period ?? toPeriod(reading, n, 'period');
      if (period !== undefined) address.period = period;
    }
  }
  setPrimitives(address, 'line', lines);
  if (hasLooseText) address.text = partsText(tree, node);
  if (Object.keys(address).every((key) => key === 'period')) {
    const extension = dataAbsentReason(reading, node);
    if (extension === undefined) return undefined;
    address.extension = extension;
  }
  if (!becomesOld(reading, node, address)) addUse(reading, node, address);
  return address;
}

function addElement(reading: Reading, part: Node, address: Address, element: string): void {
  if (Object.hasOwn(address, element) || Object.hasOwn(address, `_${element}`)) return;
  const value = partOf(reading, part, element);
  setPrimitive(address, element, element === 'state' ? asCode(value) : value);
}

/**
 * Replaces the name of a state by its postal code, and keeps what the sender wrote beside it. A state of another
 * country stays as it is.
 */
function asCode(state: Primitive<string> | undefined): Primitive<string> | undefined {
  const code = state?.value === undefined ? undefined : stateCode(state.value);
  if (code === undefined || code === state?.value) return state;
  return { value: code, extension: [originalText(state!.value!)] };
}

/** The text of a part, or the reason why it has none. */
function partOf(reading: Reading, part: Node, place: string): Primitive<string> | undefined {
  const value = partText(reading.tree, part);
  if (value !== '') {
    markTexts(reading, part, place);
    usePartType(reading, part);
    return { value };
  }
  const extension = dataAbsentReason(reading, part, place);
  return extension && { extension };
}

/** Adds a part to the lines: to the last line if both can share it. Answers whether there was something to add. */
function addLine(reading: Reading, part: Node, name: string, lines: Primitive<string>[], joinsLast: boolean): boolean {
  const last = lines.length - 1;
  if (joinsLast && partText(reading.tree, part) === '') return false;
  const line = partOf(reading, part, `line[${joinsLast ? last : last + 1}]`);
  if (line?.value === undefined) {
    if (line !== undefined) lines.push(line);
    return line !== undefined;
  }
  if (name !== 'streetAddressLine') line.extension = [{ url: ISO_PART + name, valueString: line.value }];
  if (!joinsLast) {
    lines.push(line);
    return true;
  }
  const { value, extension } = lines[last]!;
  lines[last] = {
    value: value === undefined ? line.value : `${value} ${line.value}`,
    extension: [...(extension ?? []), ...(line.extension ?? [])],
  };
  return true;
}

function addPrecinct(reading: Reading, part: Node, address: Address): void {
  const text = partOf(reading, part, `extension[${(address.extension ?? []).length}]`)?.value;
  if (text !== undefined) addExtension(address, { url: `${ISO_PART}precinct`, valueString: text });
}

function addExtension(address: Address, extension: Extension): void {
  address.extension = [...(address.extension ?? []), extension];
}

/** C-CDA on FHIR, ConceptMap CF-AddressUse: the uses for which FHIR has the same meaning. */
const USES: ReadonlyMap<string, NonNullable<Address['use']>> = new Map([
  ['H', 'home'],
  ['HP', 'home'],
  ['WP', 'work'],
  ['TMP', 'temp'],
  ['BAD', 'old'],
]);
/** Uses for which FHIR has a wider meaning. */
const WIDER_USES: typeof USES = new Map([
  ['HV', 'home'],
  ['DIR', 'work'],
  ['PUB', 'work'],
]);
/** Uses that the ISO 21090 extension may have. */
const ISO_USES = new Set('BAD CONF HP HV DIR PUB'.split(' '));

/**
 * Adds the first use that FHIR has, the type of the address (PHYS, PST), and one use that FHIR does not have, as an
 * extension. The fact is marked only if all its codes have a place.
 */
function addUse({ tree, journal }: Reading, node: Node, address: Address): void {
  const fact = attribute(tree, node, USE);
  const codes = fact === NONE ? [] : valueOf(tree, fact).split(/\s+/).filter(Boolean);
  let isWhole = codes.length > 0;
  let isExtended = false;
  const places = new Set<string>();
  for (const code of codes) {
    const use = address.use === undefined ? (USES.get(code) ?? WIDER_USES.get(code)) : undefined;
    if (use !== undefined) {
      address.use = use;
      places.add('use');
      if (USES.has(code)) continue;
    }
    if (code === 'PHYS' || code === 'PST') {
      const type = code === 'PHYS' ? 'physical' : 'postal';
      address.type = address.type === undefined || address.type === type ? type : 'both';
      places.add('type');
    } else if (ISO_USES.has(code) && !isExtended) {
      places.add(`extension[${(address.extension ?? []).length}]`);
      addExtension(address, { url: ISO_USE, valueCode: code });
      isExtended = true;
    } else isWhole = false;
  }
  if (isWhole) for (const place of places) journal.mapped(fact, place);
}
