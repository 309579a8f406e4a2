import { nameId } from '../../cda/vocabulary.js';
import type { FixedFacts, TemplateFacts } from '../../mapping/template-facts.js';
import { attribute, child, children, nodeName, NONE, valueOf, type Node, type Tree } from '../../xml/tree.js';

const TEMPLATE_ID = nameId('templateId');
const ROOT = nameId('root');
const MOOD_CODE = nameId('moodCode');
const STATUS_CODE = nameId('statusCode');
const CODE = nameId('code');
const NULL_FLAVOR = nameId('nullFlavor');

/**
 * What the templates of a statement fix, and what its element fixes. If the statement has no known template, its code
 * may tell which template it is.
 */
export function fixedFor(
  tree: Tree,
  statement: Node,
  { templates, codes, elements }: FixedFacts,
): readonly TemplateFacts[] {
  const found: TemplateFacts[] = [];
  for (const templateId of children(tree, statement, TEMPLATE_ID)) {
    const root = attribute(tree, templateId, ROOT);
    const facts = root === NONE ? undefined : templates.get(valueOf(tree, root).trim());
    if (facts !== undefined) found.push(facts);
  }
  if (found.length === 0) found.push(...(codes.get(codeOf(tree, statement)) ?? []));
  const any = elements.get(nodeName(tree, statement));
  return any === undefined ? found : [...found, any];
}

function codeOf(tree: Tree, statement: Node): string {
  const element = child(tree, statement, CODE);
  const code = element === NONE ? NONE : attribute(tree, element, CODE);
  return code === NONE ? '' : valueOf(tree, code).trim();
}

/** Whether a fact of a statement has the value that the statement's template fixes. */
export function isFixed(tree: Tree, fact: Node, statement: Node, fixed: readonly TemplateFacts[]): boolean {
  const place = placeOf(tree, fact, statement);
  if (place === undefined) return false;
  const value = valueOf(tree, fact).trim();
  return fixed.some((facts) => facts[place].has(value));
}

function placeOf(
  tree: Tree,
  fact: Node,
  statement: Node,
): 'moodCode' | 'code' | 'statusCode' | 'nullFlavor' | undefined {
  const name = tree.name[fact]!;
  const element = tree.parent[fact]!;
  if (element === statement) return name === MOOD_CODE ? 'moodCode' : undefined;
  if (tree.parent[element] !== statement) return undefined;
  if (tree.name[element] === STATUS_CODE) return name === CODE ? 'statusCode' : undefined;
  if (tree.name[element] !== CODE) return undefined;
  return name === CODE ? 'code' : name === NULL_FLAVOR ? 'nullFlavor' : undefined;
}

/** Whether a fact is in the code or the statusCode of a statement. */
export function isOfFrame(tree: Tree, fact: Node, statement: Node): boolean {
  const element = tree.parent[fact]!;
  return tree.parent[element] === statement && (tree.name[element] === CODE || tree.name[element] === STATUS_CODE);
}
