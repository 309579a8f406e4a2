import type { Extension, HumanName } from 'fhir/r4.js';
import type { Reading } from '../../cda/reading.js';
import { partsText, partText } from '../../cda/types/parts.js';
import { nameId } from '../../cda/vocabulary.js';
import { attribute, firstChild, isText, nextSibling, nodeName, NONE, valueOf, type Node } from '../../xml/tree.js';
import { setPrimitive, type Primitive } from '../primitive.js';
import { dataAbsentReason } from './data-absent-reason.js';
import { becomesOld } from './ended.js';
import { usePartType } from './part-type.js';
import { toPeriod } from './period.js';
import { setPrimitives } from './primitive-list.js';
import { markTexts } from './text.js';

const QUALIFIER = nameId('qualifier');
const USE = nameId('use');

const ISO_QUALIFIER = 'http://hl7.org/fhir/StructureDefinition/iso21090-EN-qualifier';
const ISO_REPRESENTATION = 'http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation';
const ISO_USE = 'http://hl7.org/fhir/StructureDefinition/iso21090-EN-use';

/** Codes that the qualifier extension may have (FHIR R4, ValueSet name-part-qualifier). */
const QUALIFIERS = new Set('LS AC NB PR HON BR AD SP MID CL IN VV'.split(' '));

const KINDS = ['family', 'given', 'prefix', 'suffix'];

/**
 * A FHIR HumanName from an EN or PN: its parts in their order, each with its qualifiers as an ISO 21090 extension. A
 * name without parts, or with words between its parts, becomes text.
 *
 *   <name use="L"><given>Myra</given><given qualifier="CL">Mimi</given><family>Jones</family></name>
 * ->  { use: 'usual', given: ['Myra', 'Mimi'], _given: [null, { extension: … 'CL' }], family: 'Jones' }
 */
export function toHumanName(reading: Reading, node: Node): HumanName | undefined {
  const { tree } = reading;
  const name: HumanName = {};
  const parts = new Map<string, Primitive<string>[]>(KINDS.map((kind) => [kind, []]));
  let hasLooseText = false;
  for (let n = firstChild(tree, node); n !== NONE; n = nextSibling(tree, n)) {
    const kind = nodeName(tree, n);
    if (isText(tree, n) || kind === 'delimiter') {
      if (partText(tree, n) === '') continue;
      hasLooseText = true;
      markTexts(reading, n, 'text');
    } else if (kind === 'validTime') {
      const period = toPeriod(reading, n, 'period');
      if (period !== undefined) name.period = period;
    } else {
      const place = parts.get(kind);
      const part = place && partOf(reading, n, kind === 'family' ? kind : `${kind}[${place.length}]`);
      if (part !== undefined) place?.push(part);
    }
  }
  if (hasLooseText) name.text = partsText(tree, node);
  for (const [kind, primitives] of parts) {
    if (kind !== 'family') setPrimitives(name, kind, primitives);
    else if (primitives.length > 0) setPrimitive(name, kind, joined(primitives));
  }
  if (Object.keys(name).every((key) => key === 'period')) {
    const extension = dataAbsentReason(reading, node);
    if (extension === undefined) return undefined;
    name.extension = extension;
  }
  if (!becomesOld(reading, node, name)) addUse(reading, node, name, (parts.get('given') ?? []).some(isCallMe));
  return name;
}

/** The text of a part with its qualifiers, or the reason why it has none. */
function partOf(reading: Reading, part: Node, place: string): Primitive<string> | undefined {
  const value = partText(reading.tree, part);
  if (value === '') {
    const extension = dataAbsentReason(reading, part, place);
    return extension && { extension };
  }
  markTexts(reading, part, place);
  usePartType(reading, part);
  const extension = qualifiersOf(reading, part, place);
  return extension.length === 0 ? { value } : { value, extension };
}

/** The qualifiers that FHIR has. A prefix or suffix in FHIR is always a title, so TITLE adds nothing. */
function qualifiersOf({ tree, journal }: Reading, part: Node, place: string): Extension[] {
  const fact = attribute(tree, part, QUALIFIER);
  const codes = fact === NONE ? [] : valueOf(tree, fact).split(/\s+/).filter(Boolean);
  const isAffix = /^(prefix|suffix)/.test(place);
  const unknown = codes.filter((code) => !QUALIFIERS.has(code) && !(isAffix && code === 'TITLE'));
  const known = codes.filter((code) => QUALIFIERS.has(code));
  if (unknown.length === 0 && codes.length > 0) {
    if (known.length > 0) journal.mapped(fact, place);
    else journal.used(fact);
  }
  return known.map((code) => ({ url: ISO_QUALIFIER, valueCode: code }));
}

/** FHIR has only one family name. Several are joined by spaces, with the extensions of all of them beside it. */
function joined(families: readonly Primitive<string>[]): Primitive<string> {
  const values = families.flatMap(({ value }) => value ?? []);
  const extension = families.flatMap((family) => family.extension ?? []);
  return { ...(values.length > 0 && { value: values.join(' ') }), ...(extension.length > 0 && { extension }) };
}

function isCallMe({ extension = [] }: Primitive<string>): boolean {
  return extension.some(({ valueCode }) => valueCode === 'CL');
}

/** C-CDA on FHIR, ConceptMap CF-NameUse. */
const USES: ReadonlyMap<string, NonNullable<HumanName['use']>> = new Map([
  ['L', 'usual'],
  ['C', 'official'],
  ['P', 'anonymous'],
]);
/** Uses that say that a name is written in another script. FHIR says that elsewhere. */
const REPRESENTATIONS = new Set('ABC IDE SYL'.split(' '));
/** Uses that FHIR has no code for and that the ISO 21090 extension may have. */
const ISO_USES = new Set('A I P PHON R SRCH'.split(' '));

/**
 * Adds the first use that FHIR has, and one that it does not have as an extension. An artist's name or pseudonym by
 * which somebody wants to be called is a nickname (CF-NameUse). The fact is marked only if all its codes have a place.
 */
function addUse({ tree, journal }: Reading, node: Node, name: HumanName, isNickname: boolean): void {
  const fact = attribute(tree, node, USE);
  const codes = fact === NONE ? [] : valueOf(tree, fact).split(/\s+/).filter(Boolean);
  let isWhole = codes.length > 0;
  const extended = new Set<string>();
  const places = new Set<string>();
  const extend = (url: string, code: string): boolean => {
    if (extended.has(url)) return false;
    places.add(`extension[${(name.extension ?? []).length}]`);
    name.extension = [...(name.extension ?? []), { url, valueCode: code }];
    extended.add(url);
    return true;
  };
  for (const code of codes) {
    const isCalled = isNickname && (code === 'A' || code === 'P');
    const use = isCalled ? 'nickname' : USES.get(code);
    const isFirst = use !== undefined && name.use === undefined;
    if (isFirst) {
      name.use = use;
      places.add('use');
      if (!isCalled) continue;
    }
    if (REPRESENTATIONS.has(code)) isWhole = extend(ISO_REPRESENTATION, code) && isWhole;
    else if (ISO_USES.has(code)) isWhole = extend(ISO_USE, code) && isWhole;
    else isWhole = false;
  }
  if (isWhole) for (const place of places) journal.mapped(fact, place);
}
