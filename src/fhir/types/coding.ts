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

function draftOf({ tree }: Reading, node: Node): Draft {
  const coding: Coding = {};
  const facts: [Node, string][] = [];
  const system = attribute(tree, node, CODE_SYSTEM);
  const systemText = textAt(tree, system);
  const name = attribute(tree, node, CODE_SYSTEM_NAME);
  const nameText = textAt(tree, name);
  const ownUri = systemUri(systemText);
  const code = attribute(tree, node, CODE);
  const codeText = textAt(tree, code);
  const isForeignToOwn = ownUri !== undefined && codeText !== '' && hasCode(ownUri, codeText) === false;
  const better = isForeignToOwn ? namedInstead(nameText, codeText) : undefined;
  const uri = better ?? ownUri ?? systemOfName(nameText);
  if (uri !== undefined) {
    coding.system = uri;
    facts.push([uri === ownUri ? system : name, 'system']);
  }
  const version = attribute(tree, node, CODE_SYSTEM_VERSION);
  const versionText = textAt(tree, version);
  if (versionText !== '') {
    coding.version = versionText;
    facts.push([version, 'version']);
  }
  if (codeText !== '') {
    coding.code = codeText;
    facts.push([code, 'code']);
  }
  const display = attribute(tree, node, DISPLAY_NAME);
  const displayText = textAt(tree, display);
  if (displayText !== '') {
    coding.display = displayText;
    facts.push([display, 'display']);
  }
  const leaveOut = (element: 'system' | 'code'): void => {
    delete coding[element];
    const index = facts.findIndex(([, made]) => made === element);
    if (index >= 0) facts.splice(index, 1);
  };
  const verified = name !== NONE && facts[0]?.[0] === system && isNameOf(nameText, systemText) ? name : NONE;
  const unknown =
    uri === ownUri ? isForeignToOwn : uri !== undefined && codeText !== '' && hasCode(uri, codeText) === false;
  // `Unknown` means that there is no code. But some of HL7's own systems have such codes.
  const none = unknown && isNoCode(codeText);
  if (none) for (const element of ['system', 'code'] as const) leaveOut(element);
  const foreign = unknown && !none;
  if (foreign) {
    // With the URI of the system it would be a false statement. The sender's claim is kept as an OID or a mere name.
    const claim = uriOf(systemText);
    if (claim?.startsWith('urn:oid:') === true) coding.system = claim;
    else {
      leaveOut('system');
      // `Yellow` is only a word. But `J1050` under the name CPT is a code, of HCPCS.
      if (!/\d/.test(codeText)) leaveOut('code');
    }
  }
  // A code with white space at an end, or with two blanks inside, is not valid in FHIR (R4 2.24.0.1). It can only be
  // kept in a text.
  if (coding.code !== undefined && !isCode(coding.code)) leaveOut('code');
  // The sender's name for a system is kept if there is only an OID or no system, or if the name is another one. It
  // tells a reader what was meant.
  const called: [Node, string][] = [];
  if (ownUri === undefined || better !== undefined || (foreign && coding.system === undefined))
    called.push([system, systemText]);
  if (verified === NONE && !none && !facts.some(([fact]) => fact === name)) called.push([name, nameText]);
  const texts = [...new Set(called.map(([, text]) => text).filter((text) => text !== ''))];
  if (texts.length > 0) coding._system = { extension: texts.map(originalText) };
  for (const [fact, text] of called)
    if (text !== '') facts.push([fact, `_system.extension[${texts.indexOf(text)}].valueString`]);
  addValueSet(tree, node, coding, facts);
  const mistyped = !unknown && uri !== undefined && codeText !== '' && isMistyped(uri, codeText);
  return { node, coding, facts, verified, foreign, mistyped, renamed: better !== undefined };
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
function addValueSet(tree: Tree, node: Node, coding: Coding, facts: [Node, string][]): void {
  const valueSet = attribute(tree, node, VALUE_SET);
  const oid = textAt(tree, valueSet);
  const valueUri = isOid(oid) ? uriOf(oid) : undefined;
  if (valueUri === undefined || coding.code === undefined) return;
  const version = attribute(tree, node, VALUE_SET_VERSION);
  const versionText = textAt(tree, version);
  facts.push([valueSet, 'extension[0].valueUri']);
  if (versionText === '') {
    coding.extension = [{ url: VALUE_SET_REFERENCE, valueUri }];
    return;
  }
  coding.extension = [{ url: VALUE_SET_REFERENCE, valueUri, _valueUri: { extension: [originalText(versionText)] } }];
  facts.push([version, 'extension[0]._valueUri.extension[0].valueString']);
}

/** The trimmed text of an attribute; empty if there is none. */
function textAt(tree: Tree, fact: Node): string {
  return fact === NONE ? '' : valueOf(tree, fact).trim();
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
