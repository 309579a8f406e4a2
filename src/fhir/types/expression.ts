import { nameId } from '../../cda/vocabulary.js';
import { attribute, child, children, NONE, valueOf, type Node, type Tree } from '../../xml/tree.js';

const CODE = nameId('code');
const CODE_SYSTEM = nameId('codeSystem');
const DISPLAY_NAME = nameId('displayName');
const INVERTED = nameId('inverted');
const NAME = nameId('name');
const QUALIFIER = nameId('qualifier');
const VALUE = nameId('value');

const SNOMED_CT = '2.16.840.1.113883.6.96';

export interface SnomedExpression {
  readonly code: string;
  /** The names of the concept, its attributes and their values; undefined if one of them has no name. */
  readonly display: string | undefined;
  readonly codes: readonly Node[];
  readonly names: readonly Node[];
  readonly systems: readonly Node[];
}

/**
 * A concept with its qualifiers as one SNOMED CT expression (CDA R2, data types 1.0, CD.qualifier; SNOMED CT
 * Compositional Grammar 2.3.1). Undefined if there is no qualifier, or one that can't be part of an expression.
 *
 *   <value code="233604007" …><qualifier><name code="272741003"/><value code="7771000"/></qualifier></value>
 * ->  233604007:272741003=7771000
 */
export function expressionOf(tree: Tree, concept: Node): SnomedExpression | undefined {
  const qualifiers = children(tree, concept, QUALIFIER);
  if (qualifiers.length === 0 || textOf(tree, concept, CODE_SYSTEM) !== SNOMED_CT) return undefined;
  const base = textOf(tree, concept, CODE);
  if (!isConcept(base)) return undefined;
  const codes: Node[] = [];
  const names: Node[] = [];
  const systems: Node[] = [];
  const refinements: string[] = [];
  const words: (string | undefined)[] = [textOf(tree, concept, DISPLAY_NAME) || undefined];
  for (const qualifier of qualifiers) {
    const parts = [child(tree, qualifier, NAME), child(tree, qualifier, VALUE)];
    if (parts.includes(NONE) || textOf(tree, qualifier, INVERTED) === 'true') return undefined;
    if (parts.some((part) => !isOfSnomedCt(tree, part) || children(tree, part, QUALIFIER).length > 0)) return undefined;
    refinements.push(parts.map((part) => textOf(tree, part, CODE)).join('='));
    for (const part of parts) {
      codes.push(attribute(tree, part, CODE));
      names.push(attribute(tree, part, DISPLAY_NAME));
      systems.push(attribute(tree, part, CODE_SYSTEM));
      words.push(textOf(tree, part, DISPLAY_NAME) || undefined);
    }
  }
  const [subject, ...said] = words;
  const display = words.includes(undefined)
    ? undefined
    : `${subject ?? ''}: ${refinements.map((_, index) => said.slice(2 * index, 2 * index + 2).join(' = ')).join(', ')}`;
  return { code: `${base}:${refinements.join(',')}`, display, codes, names, systems };
}

function isOfSnomedCt(tree: Tree, part: Node): boolean {
  const system = textOf(tree, part, CODE_SYSTEM);
  return (system === '' || system === SNOMED_CT) && isConcept(textOf(tree, part, CODE));
}

/** Whether a text has the form of a SNOMED CT identifier: 6 to 18 digits. */
function isConcept(text: string): boolean {
  return /^\d{6,18}$/.test(text);
}

function textOf(tree: Tree, element: Node, name: number): string {
  const found = attribute(tree, element, name);
  return found === NONE ? '' : valueOf(tree, found).trim();
}
