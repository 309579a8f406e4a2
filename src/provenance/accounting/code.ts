import { nameId } from '../../cda/vocabulary.js';
import type { FixedFacts } from '../../mapping/template-facts.js';
import { fits, isMistyped } from '../../terminology/code-forms.js';
import { hasCode } from '../../terminology/codes.js';
import { isNameOf, plainName, systemOf } from '../../terminology/systems.js';
import { attribute, NONE, valueOf, type Node, type Tree } from '../../xml/tree.js';

const CODE = nameId('code');
const CODE_SYSTEM = nameId('codeSystem');
const CODE_SYSTEM_NAME = nameId('codeSystemName');
const DISPLAY_NAME = nameId('displayName');

const COMPANIONS: ReadonlySet<number> = new Set([CODE_SYSTEM, CODE_SYSTEM_NAME, DISPLAY_NAME]);

/** For a fact that is the system or the name of a code: that code. NONE for any other fact. */
export function codeBeside(tree: Tree, fact: Node): Node {
  return COMPANIONS.has(tree.name[fact]!) ? attribute(tree, tree.parent[fact]!, CODE) : NONE;
}

export function isNameOfCode(tree: Tree, fact: Node): boolean {
  return tree.name[fact] === DISPLAY_NAME;
}

/**
 * Whether the fact beside a code is already known from the code: the system that has the code, the name of that system,
 * or the name of the code.
 */
export function goesWithCode(
  tree: Tree,
  fact: Node,
  code: Node,
  { names, systems }: Pick<FixedFacts, 'names' | 'systems'>,
): boolean {
  const value = valueOf(tree, fact).trim();
  const codeText = valueOf(tree, code).trim();
  if (tree.name[fact] === DISPLAY_NAME) return names.get(codeText)?.has(plainName(value)) === true;
  if (tree.name[fact] === CODE_SYSTEM) return systems.get(value)?.has(codeText) === true || isSystemOf(value, codeText);
  const system = attribute(tree, tree.parent[fact]!, CODE_SYSTEM);
  return system !== NONE && isNameOf(value, valueOf(tree, system).trim());
}

/**
 * Whether a code is known to be of a system: the system's codes are known here, or the code has their form and a right
 * check digit.
 */
function isSystemOf(codeSystem: string, code: string): boolean {
  const uri = systemOf(codeSystem);
  if (uri === undefined) return false;
  return hasCode(uri, code) ?? (fits(uri, code) === true && !isMistyped(uri, code));
}
