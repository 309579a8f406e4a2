import type { CodeableConcept, Coding } from 'fhir/r4.js';
import { peek, type Reading } from '../../cda/reading.js';
import { nameId } from '../../cda/vocabulary.js';
import { isNoCode } from '../../terminology/codes.js';
import { attribute, child, isElement, NONE, valueOf, type Node } from '../../xml/tree.js';
import { draftsOf, mark, putDisplay, warnForeign, type Draft } from './coding.js';
import { absentReason, dataAbsentReason, ISO_NULL_FLAVOR } from './data-absent-reason.js';
import { isCoded, lineOf } from './text.js';

const CODE = nameId('code');
const CODE_SYSTEM = nameId('codeSystem');
const CODE_SYSTEM_NAME = nameId('codeSystemName');
const DISPLAY_NAME = nameId('displayName');
const NULL_FLAVOR = nameId('nullFlavor');
const ORIGINAL_TEXT = nameId('originalText');

export interface ConceptOptions {
  /** Code systems whose codings come first, because a profile wants that. */
  readonly preferred?: readonly string[];
}

/**
 * A CodeableConcept from a CD, CE, CV, CO or CS, or from the text of an ED or ST.
 *
 * The code and all translations are kept. The code comes first, unless a preferred system goes before it. If the code
 * has a null flavor, the reason stands beside the translations. The text is what the author wrote (originalText), else
 * a displayName that has no code, else a code that is not valid in FHIR.
 *
 *   <value code="38341003" codeSystem="2.16.840.1.113883.6.96"><originalText>high BP</originalText></value>
 * ->  { coding: [{ system: 'http://snomed.info/sct', code: '38341003' }], text: 'high BP' }
 */
export function toCodeableConcept(
  reading: Reading,
  node: Node,
  { preferred = [] }: ConceptOptions = {},
): CodeableConcept | undefined {
  const { checkpoint } = reading.journal;
  const drafts = isElement(reading.tree, node) ? draftsOf(reading, node) : [];
  const text = conceptText(reading, node, drafts);
  const coding = writeCodings(reading, inOrder(drafts, preferred), text);
  if (coding.length === 0 && text === undefined) {
    reading.journal.rollback(checkpoint);
    for (const draft of drafts) dropSystem(reading, draft.node);
    const extension = isElement(reading.tree, node) ? dataAbsentReason(reading, node) : undefined;
    return extension && { extension };
  }
  const nullFlavor = isElement(reading.tree, node) ? peek(reading, node, NULL_FLAVOR)?.trim() : undefined;
  const concept: CodeableConcept = {};
  if (nullFlavor !== undefined && absentReason(nullFlavor) !== undefined) {
    reading.journal.mapped(attribute(reading.tree, node, NULL_FLAVOR), '');
    concept.extension = [{ url: ISO_NULL_FLAVOR, valueCode: nullFlavor }];
  }
  // Copied, because an array that has grown keeps room for seventeen items, and this one lives as long as the Bundle.
  if (coding.length > 0) concept.coding = coding.slice();
  if (text !== undefined) concept.text = text;
  return concept;
}

/** The text, marked; undefined if the codings say everything. */
function conceptText(reading: Reading, node: Node, drafts: readonly Draft[]): string | undefined {
  const { tree, journal } = reading;
  for (const draft of drafts) {
    const original = child(tree, draft.node, ORIGINAL_TEXT);
    const text = original === NONE ? undefined : lineOf(reading, original, 'text');
    if (text !== undefined) return text;
  }
  for (const { node: cd, coding } of drafts) {
    if (coding.code !== undefined) continue;
    if (coding.display !== undefined) return oneLine(coding.display);
    const fact = attribute(tree, cd, CODE);
    const text = fact === NONE ? '' : oneLine(valueOf(tree, fact).trim());
    if (text === '' || isNoCode(text)) continue;
    journal.mapped(fact, 'text');
    return text;
  }
  return isCoded(tree, node) ? undefined : lineOf(reading, node, 'text');
}

/** The drafts that say something: those of preferred systems first, the others in document order. */
function inOrder(drafts: readonly Draft[], preferred: readonly string[]): readonly Draft[] {
  if (preferred.length === 0 || drafts.length < 2) return drafts;
  const rank = ({ coding: { system = '' } }: Draft): number => {
    const index = preferred.indexOf(system);
    return index < 0 ? preferred.length : index;
  };
  return [...drafts].sort((a, b) => rank(a) - rank(b));
}

/**
 * Writes the codings and marks their facts at their places. A translation that is the same as another coding is joined
 * with it. A displayName without a code, if it is not the text, becomes a coding of its own, so that it is not lost.
 */
function writeCodings(reading: Reading, drafts: readonly Draft[], text: string | undefined): Coding[] {
  const codings: Coding[] = [];
  const places = new Map<string, number>();
  for (const draft of drafts) {
    const { coding } = draft;
    warnForeign(reading, draft);
    if (coding.code === undefined) {
      if (coding.display === undefined) {
        dropSystem(reading, draft.node);
        continue;
      }
      if (oneLine(coding.display) === text) {
        reading.journal.mapped(attribute(reading.tree, draft.node, DISPLAY_NAME), 'text');
        dropSystem(reading, draft.node);
        continue;
      }
    }
    if (text === undefined) putDisplay(coding);
    const said = JSON.stringify([coding.system, coding.code, coding.version, coding.display, systemName(coding)]);
    const place = places.get(said) ?? codings.push(coding) - 1;
    places.set(said, place);
    mark(reading, draft, `coding[${place}]`);
  }
  return codings;
}

/** Drops the system of a CD that has no code. */
function dropSystem({ tree, journal }: Reading, node: Node): void {
  const code = attribute(tree, node, CODE);
  if (code !== NONE && !isNoCode(valueOf(tree, code))) return;
  for (const name of [CODE_SYSTEM, CODE_SYSTEM_NAME]) {
    const fact = attribute(tree, node, name);
    if (fact !== NONE) journal.dropped(fact, 'a code system without a code says nothing', journal.rule);
  }
}

/** The source's name for a code system, if it is not one of the known names. */
function systemName({ _system }: Coding): string | undefined {
  return _system?.extension?.map(({ valueString }) => valueString).join();
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
