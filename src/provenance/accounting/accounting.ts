/**
 * Accounts for facts that say nothing of their own, so that mappings need not name them. Examples: an observation has
 * the moodCode that its template fixes; a code that decided has LOINC as its system; an act repeats the author of the
 * statement inside it. Each rule holds only while the fact says exactly that. With any other value it stays in the
 * ledger.
 *
 * The rules never override what a mapping says about the fact itself (mapped, used, dropped). But they come before what
 * a mapping leaves out as part of a larger element.
 */
import { nameId } from '../../cda/vocabulary.js';
import type { FixedFacts, TemplateFacts } from '../../mapping/template-facts.js';
import { DROPPED, IGNORED, MAPPED, USED } from '../../xml/journal.js';
import { attribute, isAttribute, NONE, valueOf, type Node, type Tree } from '../../xml/tree.js';
import { codeBeside, goesWithCode, isNameOfCode } from './code.js';
import { fixedFor, isFixed, isOfFrame } from './constants.js';
import { tellsNothing } from './nothing.js';
import { isRepetition } from './repetition.js';
import { isNoCode } from '../../terminology/codes.js';
import { statementAround } from '../../cda/statement.js';

const MOOD_CODE = nameId('moodCode');
const CODE = nameId('code');
const NEGATION = nameId('negationInd');
const MEDIA_TYPE = nameId('mediaType');
const REPRESENTATION = nameId('representation');

/** The names of the rules, as the ledger counts them, with their meaning. */
export const ACCOUNTING_RULES = {
  'template-constant': 'the value that the template of the statement fixes',
  'default-mood': 'moodCode EVN, or that of the statement around it, or negationInd false',
  'code-system': 'the system of a code that decided something, or its name',
  'code-name': 'the name of a code that decided something',
  repetition: 'the statement around it, or one inside it, says the same at the same place',
  frame: 'code or status of a statement that only wraps others',
  'null-flavor': 'it only says that nothing is known, and its element says nothing else',
  'default-text': 'mediaType text/plain or representation TXT, which are the defaults (CDA R2, ED)',
  'no-code': 'a word in the place of a code that says that there is no code',
  empty: 'an attribute without a value',
} as const;

export type AccountingRule = keyof typeof ACCOUNTING_RULES;

/** What a rule says about a fact. */
export interface Accounted {
  readonly mark: typeof USED | typeof DROPPED;
  readonly rule: AccountingRule;
  /** If the fact is dropped: the reason, and the JSON pointer to the place that gives it. */
  readonly drop?: { readonly reason: string; readonly rule: string };
}

/** Answers for each fact that no mapping read: what a rule says about it. */
export type AccountFor = (fact: Node) => Accounted | undefined;

export function accounting(tree: Tree, marks: Uint8Array, fixed: FixedFacts): AccountFor {
  const read = new Map<Node, boolean>();
  const constants = new Map<Node, readonly TemplateFacts[]>();
  const counts = (fact: Node): boolean => marks[fact] === MAPPED || marks[fact] === USED;

  /** Whether something of a statement reached the Bundle, decided something there, or was left out for a reason. */
  const isRead = (statement: Node): boolean => {
    let known = read.get(statement);
    if (known === undefined) {
      known = false;
      for (let node = statement + 1; node <= tree.last[statement]! && !known; node++) known = marks[node]! > 0;
      read.set(statement, known);
    }
    return known;
  };
  const constantsOf = (statement: Node): readonly TemplateFacts[] => {
    let known = constants.get(statement);
    if (known === undefined) constants.set(statement, (known = fixedFor(tree, statement, fixed)));
    return known;
  };

  const ofStatement = (fact: Node, statement: Node): Accounted | undefined => {
    if (isFixed(tree, fact, statement, constantsOf(statement))) return used('template-constant');
    return tree.parent[fact] === statement && isDefault(tree, fact, statement) ? used('default-mood') : undefined;
  };

  const ofCode = (fact: Node): Accounted | undefined => {
    const code = codeBeside(tree, fact);
    if (code === NONE) return undefined;
    const decided =
      counts(code) || marks[code] === DROPPED || marks[code] === IGNORED || accountFor(code) !== undefined;
    if (!decided) return undefined;
    const isName = isNameOfCode(tree, fact);
    if (goesWithCode(tree, fact, code, fixed)) return used(isName ? 'code-name' : 'code-system');
    return isName ? dropped('code-name', ACCOUNTING_RULES['code-name'], 'code-name') : undefined;
  };

  const accountFor: AccountFor = (fact) => {
    // A mood belongs to the element that has the attribute: a clinical statement, an order or the document.
    const statement = tree.name[fact] === MOOD_CODE ? tree.parent[fact]! : statementAround(tree, fact);
    const inRead = statement !== NONE && isRead(statement);
    const first = inRead && isAttribute(tree, fact) ? ofStatement(fact, statement) : undefined;
    if (first !== undefined) return first;
    if (inRead && isRepetition(tree, fact, statement, counts)) return used('repetition');
    const frame = inRead && isOfFrame(tree, fact, statement) ? frameOf(constantsOf(statement)) : undefined;
    if (frame !== undefined) return dropped('frame', frame.reason, frame.rule);
    if (!isAttribute(tree, fact)) return undefined;
    if (valueOf(tree, fact).trim() === '') return dropped('empty', 'it is empty', 'empty');
    if (tree.name[fact] === CODE && isNoCode(valueOf(tree, fact)))
      return dropped('no-code', ACCOUNTING_RULES['no-code'], 'no-code');
    if (isDefaultOfText(tree, fact)) return used('default-text');
    if (tellsNothing(tree, fact)) return dropped('null-flavor', ACCOUNTING_RULES['null-flavor'], 'null-flavor');
    return ofCode(fact);
  };
  return accountFor;
}

function isDefaultOfText(tree: Tree, fact: Node): boolean {
  const value = valueOf(tree, fact).trim();
  return tree.name[fact] === MEDIA_TYPE
    ? value === 'text/plain'
    : tree.name[fact] === REPRESENTATION && value === 'TXT';
}

function used(rule: AccountingRule): Accounted {
  return { mark: USED, rule };
}

function dropped(rule: AccountingRule, reason: string, place: string): Accounted {
  return { mark: DROPPED, rule, drop: { reason, rule: place } };
}

function frameOf(fixed: readonly TemplateFacts[]): TemplateFacts['frame'] {
  return fixed.find(({ frame }) => frame !== undefined)?.frame;
}

/**
 * CDA R2, 4.3.6: without another mood a statement is an event (EVN), and an inner statement has the mood of the outer
 * one.
 */
function isDefault(tree: Tree, fact: Node, statement: Node): boolean {
  const value = valueOf(tree, fact).trim();
  if (tree.name[fact] === NEGATION) return value === 'false';
  if (tree.name[fact] !== MOOD_CODE) return false;
  if (value === 'EVN') return true;
  const around = statementAround(tree, statement);
  const mood = around === NONE ? NONE : attribute(tree, around, MOOD_CODE);
  return mood !== NONE && valueOf(tree, mood).trim() === value;
}
