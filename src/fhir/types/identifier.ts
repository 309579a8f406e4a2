import type { Identifier } from 'fhir/r4.js';
import { peek, type Reading } from '../../cda/reading.js';
import { nameId } from '../../cda/vocabulary.js';
import { luhnHolds } from '../../terminology/check-digits.js';
import { identifierSystemOf, isOid } from '../../terminology/systems.js';
import { attribute, NONE, valueOf, type Node } from '../../xml/tree.js';
import { setPrimitive } from '../primitive.js';
import { isAbsoluteUri, uriOf } from './coding.js';
import { absent, dataAbsentReason } from './data-absent-reason.js';

const ASSIGNING_AUTHORITY_NAME = nameId('assigningAuthorityName');
const EXTENSION = nameId('extension');
const NULL_FLAVOR = nameId('nullFlavor');
const ROOT = nameId('root');

const RENDERED_VALUE = 'http://hl7.org/fhir/StructureDefinition/rendered-value';

/** The system for values that are themselves URIs (FHIR R4 Identifier.system). */
const URI_SYSTEM = 'urn:ietf:rfc:3986';
/** HL7's OID for identifiers that are URIs. */
const URI_ROOT = '2.16.840.1.113883.4.873';

/**
 * A FHIR Identifier from an II (C-CDA on FHIR, mapping guidance, guidance-01 to -09); undefined if the II has neither
 * root nor extension.
 *
 *   <id root="2.16.840.1.113883.4.6" extension="1234567893"/>  ->  { system: 'http://hl7.org/fhir/sid/us-npi', value: … }
 *   <id root="2.16.840.1.113883.19.5" extension="7"/>  ->  { system: 'urn:oid:2.16.840.1.113883.19.5', value: '7' }
 *   <id root="2.16.840.1.113883.19.5"/>  ->  { system: 'urn:ietf:rfc:3986', value: 'urn:oid:2.16.840.1.113883.19.5' }
 */
export function toIdentifier(reading: Reading, node: Node): Identifier | undefined {
  const root = factOf(reading, node, ROOT);
  const extension = factOf(reading, node, EXTENSION);
  if (root.text === '' && extension.text === '') return undefined;
  const identifier = extension.text === '' ? fromRoot(reading, node, root) : fromBoth(reading, node, root, extension);
  const authority = factOf(reading, node, ASSIGNING_AUTHORITY_NAME);
  if (authority.text !== '') {
    reading.journal.mapped(authority.fact, 'assigner.display');
    const namespace = identifier.assigner?.display;
    identifier.assigner = { display: namespace === undefined ? authority.text : `${authority.text} (${namespace})` };
  }
  return identifier;
}

interface Fact {
  readonly fact: Node;
  readonly text: string;
}

function factOf({ tree }: Reading, node: Node, name: number): Fact {
  const fact = attribute(tree, node, name);
  return { fact, text: fact === NONE ? '' : valueOf(tree, fact).trim() };
}

/**
 * A root without extension is itself the identifier, unless it is a system whose value is missing: a root that has a
 * URI, or any root beside a null flavor (guidance-03, -04, -09).
 */
function fromRoot(reading: Reading, node: Node, { fact, text }: Fact): Identifier {
  const uri = uriOf(text);
  const registered = knownSystem(text);
  const known = registered !== undefined && isMisused(registered, '') ? uri : registered;
  const absence = dataAbsentReason(reading, node, 'value') ?? (known === undefined ? undefined : [absent('unknown')]);
  const identifier: Identifier = {};
  const system = absence === undefined ? uri && URI_SYSTEM : (known ?? uri);
  if (system !== undefined) identifier.system = system;
  else if (absence === undefined) missSystem(identifier);
  if (absence === undefined) {
    reading.journal.mapped(fact, 'value');
    identifier.value = uri ?? text;
    return identifier;
  }
  setPrimitive(identifier, 'value', { extension: absence });
  return system === undefined ? withNamespace(reading, identifier, fact, text) : marked(reading, identifier, fact);
}

function marked(reading: Reading, identifier: Identifier, system: Node): Identifier {
  reading.journal.mapped(system, 'system');
  return identifier;
}

/** A root that is no OID, UUID or URI can't be a system. But it still says who gave the identifier. */
function withNamespace(reading: Reading, identifier: Identifier, root: Node, display: string): Identifier {
  reading.journal.mapped(root, 'assigner.display');
  missSystem(identifier);
  identifier.assigner = { display };
  return identifier;
}

/** US Core, Missing Data: a system is required, so its absence gets a reason. */
function missSystem(identifier: Identifier): void {
  setPrimitive(identifier, 'system', { extension: [absent('unknown')] });
}

/**
 * A masked number can't be compared with another one. It is given as what a reader is shown (FHIR R4,
 * Identifier.value).
 */
function valued(reading: Reading, node: Node, { fact, text }: Fact): Identifier {
  const identifier: Identifier = {};
  if (peek(reading, node, NULL_FLAVOR)?.trim() === 'MSK') {
    const shown = { url: RENDERED_VALUE, valueString: text };
    setPrimitive(identifier, 'value', { extension: [...(dataAbsentReason(reading, node, 'value') ?? []), shown] });
    reading.journal.mapped(fact, 'value.extension[1].valueString');
    return identifier;
  }
  reading.journal.mapped(fact, 'value');
  identifier.value = text;
  return identifier;
}

function fromBoth(reading: Reading, node: Node, root: Fact, extension: Fact): Identifier {
  if (root.text === URI_ROOT) return fromUri(reading, root.fact, extension);
  const identifier = valued(reading, node, extension);
  if (root.text === '') return identifier;
  if (isForeign(root.text, extension.text)) return withNamespace(reading, identifier, root.fact, root.text);
  const known = knownSystem(root.text);
  const system = known === undefined || isMisused(known, extension.text) ? uriOf(root.text) : known;
  if (system === undefined) return withNamespace(reading, identifier, root.fact, root.text);
  return marked(reading, { system, ...identifier }, root.fact);
}

/**
 * guidance-07 and -08: an identifier that is a URI is split at its last slash, and a URN at its last colon. If no URI
 * would be left before it (`urn:uuid:…`, `http://host`), it stays whole.
 */
function fromUri(reading: Reading, root: Node, { fact, text }: Fact): Identifier {
  reading.journal.mapped(root, 'system');
  const divided = /^(https?:\/\/[^/]+.*)\/([^/]+)$/i.exec(text) ?? /^(urn:(?!oid:|uuid:)[^:]+:.+):([^:]+)$/i.exec(text);
  const [, system, value] = divided ?? [];
  if (system === undefined || value === undefined || !isAbsoluteUri(system)) {
    reading.journal.mapped(fact, 'value');
    return { system: URI_SYSTEM, value: text };
  }
  reading.journal.mapped(fact, 'system');
  reading.journal.mapped(fact, 'value');
  return { system, value };
}

/**
 * Whether a value can't be of a system that has a rule for its values. A provider number (NPI) has ten digits, the last
 * of which is a check digit (ISO/IEC 7812-1 Luhn, with the prefix 80840), and US Core refuses any other value. The
 * sender's OID then still says where the value comes from.
 */
function isMisused(system: string, value: string): boolean {
  return system === 'http://hl7.org/fhir/sid/us-npi' && !isProviderNumber(value);
}

function isProviderNumber(value: string): boolean {
  return /^\d{10}$/.test(value) && luhnHolds(`80840${value}`);
}

/**
 * Numbers of laboratories (CLIA) and of insurers (NAIC). Their only systems are their OIDs, and US Core refuses other
 * values there (us-core-18, us-core-19).
 */
const NUMBERS: ReadonlyMap<string, RegExp> = new Map([
  ['2.16.840.1.113883.4.7', /^\d{2}D\d{7}$/],
  ['2.16.840.1.113883.6.300', /^\d{5}$/],
]);

function isForeign(root: string, value: string): boolean {
  return NUMBERS.get(root.replace(/^urn:oid:/i, ''))?.test(value) === false;
}

/** The URI that is registered for the identifiers of an OID. */
function knownSystem(root: string): string | undefined {
  const id = root.replace(/^urn:oid:/i, '');
  return isOid(id) ? identifierSystemOf(id) : undefined;
}
