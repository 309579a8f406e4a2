import type { Coding } from 'fhir/r4.js';
import type { Reading } from '../../cda/reading.js';
import { nameId } from '../../cda/vocabulary.js';
import { fits, isMistyped } from '../../terminology/code-forms.js';
import { hasCode, isNoCode } from '../../terminology/codes.js';
import { displayOf } from '../../terminology/displays.js';
import { isNameOf, isOid, isUuid, systemOf, systemOfName } from '../../terminology/systems.js';
import { attribute, child, children, NONE, valueOf, type Node, type Tree } from '../../xml/tree.js';
import { expressionOf } from './expression.js';
import { originalText } from './original-text.js';
import { below } from './place.js';
import { lineOf } from './text.js';

const CODE = nameId('code');
const CODE_SYSTEM = nameId('codeSystem');
const CODE_SYSTEM_NAME = nameId('codeSystemName');
const CODE_SYSTEM_VERSION = nameId('codeSystemVersion');
const DISPLAY_NAME = nameId('displayName');
const ORIGINAL_TEXT = nameId('originalText');
const TRANSLATION = nameId('translation');
const VALUE_SET = nameId('sdtc:valueSet');
const VALUE_SET_VERSION = nameId('sdtc:valueSetVersion');

const VALUE_SET_REFERENCE = 'http://hl7.org/fhir/StructureDefinition/valueset-reference';

/** What one CD says. It is read but not yet marked, because its place in the result is known only later. */
export interface Draft {
  readonly node: Node;
  readonly coding: Coding;
  /** Each fact, with the element of the Coding that it becomes. */
  readonly facts: readonly (readonly [fact: Node, element: string])[];
  /** The name of the code system, if it is the name for its OID; else NONE. */
  readonly verified: Node;
  /** Whether the code system that the source names has no such code. */
  readonly foreign: boolean;
  /** Whether the code has the form of the system's codes but a wrong check digit. */
  readonly mistyped: boolean;
  /** Whether the system was taken from its name, because the system of the OID has no such code. */
  readonly renamed: boolean;
}

/**
 * The first coding of a CD: its own code, else that of the first translation that has one. A Coding has no text, so
 * what the author wrote becomes an originalText extension (C-CDA on FHIR, mapping guidance, guidance-27).
 */
export function toCoding(reading: Reading, node: Node, suffix = ''): Coding | undefined {
  const draft = draftsOf(reading, node).find(({ coding }) => coding.code !== undefined);
  if (draft === undefined) return undefined;
  mark(reading, draft, suffix);
  warnForeign(reading, draft);
  putDisplay(draft.coding);
  const original = child(reading.tree, draft.node, ORIGINAL_TEXT);
  const text = original === NONE ? undefined : lineOf(reading, original, suffix);
  return text === undefined
    ? draft.coding
    : { ...draft.coding, extension: [...(draft.coding.extension ?? []), originalText(text)] };
}

/** Adds HL7's name to a code of HL7's own, if the document gives no name. */
export function putDisplay(coding: Coding): void {
  if (coding.display !== undefined || coding.system === undefined || coding.code === undefined) return;
  const display = displayOf(coding.system, coding.code);
  if (display !== undefined) coding.display = display;
}

/** A CD and all its translations, with the translations of these, in document order. */
export function draftsOf(reading: Reading, node: Node): Draft[] {
  const drafts = [draftOf(reading, node)];
  const refined = refinedOf(reading, drafts[0]!);
  if (refined !== undefined) drafts.push(refined);
  for (const translation of children(reading.tree, node, TRANSLATION)) drafts.push(...draftsOf(reading, translation));
  return drafts;
}

/**
 * The concept with its qualifiers, as another coding. It comes after the concept itself, because most readers look for
 * that.
 */
function refinedOf({ tree }: Reading, { node, coding }: Draft): Draft | undefined {
  if (coding.code === undefined || coding.system === undefined) return undefined;
  const expression = expressionOf(tree, node);
  if (expression === undefined) return undefined;
  const { code, display, codes, names, systems } = expression;
  const facts: [Node, string][] = [];
  for (const fact of codes) facts.push([fact, 'code']);
  for (const fact of systems) if (fact !== NONE) facts.push([fact, 'system']);
  if (display !== undefined) for (const fact of names) facts.push([fact, 'display']);
  const refined = display === undefined ? { system: coding.system, code } : { system: coding.system, code, display };
  return { node, coding: refined, facts, verified: NONE, foreign: false, mistyped: false, renamed: false };
}

/** Writes down that the facts of a coding stand at this place. */
export function mark({ journal }: Reading, { facts, verified }: Draft, suffix: string): void {
  for (const [fact, element] of facts) journal.mapped(fact, below(suffix, element));
  if (verified !== NONE) journal.used(verified);
}

/** Warns of a code that its code system does not have, or can't have in this form. */
export function warnForeign(reading: Reading, { node, foreign, mistyped, renamed }: Draft): void {
  if (renamed)
    reading.warn(
      'unmapped-code',
      'The code is not in the system of its OID, but in the system of its name. The name counts.',
      node,
    );
  if (foreign)
    reading.warn(
      'unmapped-code',
      'The code system does not have this code. The code keeps the OID, or has no system.',
      node,
    );
  if (mistyped) reading.warn('mistyped-code', 'The check digit of this code is wrong; it is kept as it is.', node);
}

/** What an attribute of a CD says. */
interface Said {
  readonly fact: Node;
  /** The trimmed text; empty if there is no such attribute. */
  readonly text: string;
}

const NOT_SAID: Said = { fact: NONE, text: '' };

function saidBy(tree: Tree, node: Node, attributeName: number): Said {
  const fact = attribute(tree, node, attributeName);
  return fact === NONE ? NOT_SAID : { fact, text: valueOf(tree, fact).trim() };
}

/** A Coding while it is made, and the facts that are in it. */
interface Unfinished {
  readonly coding: Coding;
  readonly facts: [fact: Node, element: string][];
}

function draftOf({ tree }: Reading, node: Node): Draft {
  const system = saidBy(tree, node, CODE_SYSTEM);
  const name = saidBy(tree, node, CODE_SYSTEM_NAME);
  const code = saidBy(tree, node, CODE);
  const { uri, ownUri, renamed, lacksCode } = chooseSystem(system, name, code);
  const isOwn = uri === ownUri;
  const made: Unfinished = { coding: {}, facts: [] };
  if (uri !== undefined) put(made, 'system', isOwn ? system.fact : name.fact, uri);
  putSaid(made, 'version', saidBy(tree, node, CODE_SYSTEM_VERSION));
  putSaid(made, 'code', code);
  putSaid(made, 'display', saidBy(tree, node, DISPLAY_NAME));

  // `Unknown` means that there is no code. But some of HL7's own systems have such codes.
  const none = lacksCode && isNoCode(code.text);
  const foreign = lacksCode && !none;
  if (none) {
    leaveOut(made, 'system');
    leaveOut(made, 'code');
  }
  if (foreign) keepClaim(made, system.text, code.text);
  // A code with white space at an end, or with two blanks inside, is not valid in FHIR (R4 2.24.0.1). It can only be
  // kept in a text.
  if (made.coding.code !== undefined && !isCode(made.coding.code)) leaveOut(made, 'code');

  const verified =
    name.fact !== NONE && uri !== undefined && isOwn && isNameOf(name.text, system.text) ? name.fact : NONE;
  const names: Said[] = [];
  if (system.text !== '' && (ownUri === undefined || renamed || (foreign && made.coding.system === undefined)))
    names.push(system);
  if (name.text !== '' && verified === NONE && !none && !made.facts.some(([fact]) => fact === name.fact))
    names.push(name);
  if (names.length > 0) keepNames(made, names);
  addValueSet(tree, node, made);
  const mistyped = !lacksCode && uri !== undefined && code.text !== '' && isMistyped(uri, code.text);
  return { node, ...made, verified, foreign, mistyped, renamed };
}

interface ChosenSystem {
  readonly uri: string | undefined;
  /** The URI for the OID that the source gives. */
  readonly ownUri: string | undefined;
  /** Whether the system of the name was chosen, because that of the OID has no such code. */
  readonly renamed: boolean;
  /** Whether the chosen system has no such code. */
  readonly lacksCode: boolean;
}

/** The code system of a code: by its OID, else by its name. */
function chooseSystem(system: Said, name: Said, code: Said): ChosenSystem {
  const ownUri = systemUri(system.text);
  const ownLacksCode = ownUri !== undefined && isLacking(ownUri, code);
  const better = ownLacksCode ? namedInstead(name.text, code.text) : undefined;
  const uri = better ?? ownUri ?? systemOfName(name.text);
  const lacksCode = uri === ownUri ? ownLacksCode : uri !== undefined && isLacking(uri, code);
  return { uri, ownUri, renamed: better !== undefined, lacksCode };
}

/** Whether a code system is known to have no such code. */
function isLacking(uri: string, { text }: Said): boolean {
  return text !== '' && hasCode(uri, text) === false;
}

type CodingText = 'system' | 'version' | 'code' | 'display';

function put({ coding, facts }: Unfinished, element: CodingText, fact: Node, text: string): void {
  coding[element] = text;
  facts.push([fact, element]);
}

function putSaid(made: Unfinished, element: CodingText, { fact, text }: Said): void {
  if (text !== '') put(made, element, fact, text);
}

function leaveOut({ coding, facts }: Unfinished, element: 'system' | 'code'): void {
  delete coding[element];
  const index = facts.findIndex(([, filled]) => filled === element);
  if (index >= 0) facts.splice(index, 1);
}

/**
 * Keeps what the sender claims of a code that its system doesn't have. With the URI of the system it would be a false
 * statement, so the claim is kept as an OID or a mere name.
 */
function keepClaim(made: Unfinished, oid: string, code: string): void {
  const claim = uriOf(oid);
  if (claim?.startsWith('urn:oid:') === true) {
    made.coding.system = claim;
    return;
  }
  leaveOut(made, 'system');
  // `Yellow` is only a word. But `J1050` under the name CPT is a code, of HCPCS.
  if (!/\d/.test(code)) leaveOut(made, 'code');
}

/**
 * Keeps the sender's names for a system as texts, if there is only an OID or no system, or if the name is another one.
 * They tell a reader what was meant.
 */
function keepNames({ coding, facts }: Unfinished, names: readonly Said[]): void {
  const texts = [...new Set(names.map(({ text }) => text))];
  coding._system = { extension: texts.map(originalText) };
  for (const { fact, text } of names) facts.push([fact, `_system.extension[${texts.indexOf(text)}].valueString`]);
}

/**
 * The code system with this name, if it can have the code and the system of the OID can't. Then name and code agree,
 * and the OID is wrong. Example: `G0121` with the OID of CDT and the name HCPCS is HCPCS.
 */
function namedInstead(name: string, code: string): string | undefined {
  const named = systemOfName(name);
  if (named === undefined) return undefined;
  return fits(named, code) === true || hasCode(named, code) === true ? named : undefined;
}

/**
 * Adds the value set that a code was taken from, with its version. In a case report it says what triggered the report
 * (eICR, RCTC).
 */
function addValueSet(tree: Tree, node: Node, { coding, facts }: Unfinished): void {
  const valueSet = saidBy(tree, node, VALUE_SET);
  const valueUri = isOid(valueSet.text) ? uriOf(valueSet.text) : undefined;
  if (valueUri === undefined || coding.code === undefined) return;
  const version = saidBy(tree, node, VALUE_SET_VERSION);
  facts.push([valueSet.fact, 'extension[0].valueUri']);
  if (version.text === '') {
    coding.extension = [{ url: VALUE_SET_REFERENCE, valueUri }];
    return;
  }
  coding.extension = [{ url: VALUE_SET_REFERENCE, valueUri, _valueUri: { extension: [originalText(version.text)] } }];
  facts.push([version.fact, 'extension[0]._valueUri.extension[0].valueString']);
}

/** Whether a text can be a FHIR code (R4 2.24.0.1): it has at most single spaces inside. */
export function isCode(text: string): boolean {
  return /^\S+( \S+)*$/.test(text);
}

/**
 * C-CDA on FHIR, mapping guidance (guidance-25, -26): the URI of a code system if it has one, else its OID as a URN.
 */
function systemUri(codeSystem: string): string | undefined {
  if (codeSystem === '') return undefined;
  const known = systemOf(codeSystem);
  if (known !== undefined) return known;
  return uriOf(codeSystem);
}

/**
 * The text as a URI: `urn:oid:…`, `urn:uuid:…` (in lower case, RFC 4122 3), or itself if it is already a URI; undefined
 * for any other. An OID of only top arcs (`2.201`) is nobody's namespace, so it is left out; FHIR's reference validator
 * refuses it. It also refuses OIDs of UUIDs (`2.25.…`), so these become the UUIDs that they stand for.
 */
export function uriOf(text: string): string | undefined {
  const id = text.replace(/^urn:(oid|uuid):/i, '');
  if (isOid(id)) return id.lastIndexOf('.') < 5 ? uuidOfOid(id) : `urn:oid:${id}`;
  if (isUuid(id)) return `urn:uuid:${id.toLowerCase()}`;
  return isAbsoluteUri(text) ? text : undefined;
}

/** ITU-T X.667, 7: the number after 2.25 is a UUID. */
function uuidOfOid(oid: string): string | undefined {
  const digits = /^2\.25\.(\d{1,39})$/.exec(oid)?.[1];
  const hex = digits === undefined ? '' : BigInt(digits).toString(16).padStart(32, '0');
  const parts = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(hex)?.slice(1);
  return parts && `urn:uuid:${parts.join('-')}`;
}

/** Whether a text is a URI with a scheme, which a FHIR `system` needs. */
export function isAbsoluteUri(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i.test(text);
}
