/** Finds comparisons of an element that has no text: what it says stands in an attribute, so they never hold. */
import type { OperationSyntax, Syntax } from '../xpath/syntax.js';
import { typeNamed } from './type-graph.js';

/** The attributes that hold what a data type says, in the order in which they are meant. */
const SAYING = ['code', 'value', 'extension'] as const;

const COMPARISONS: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=']);

/** A comparison that never holds. */
export interface ComparedWithoutText {
  /** Offset of the element into the selector's text. */
  readonly offset: number;
  readonly message: string;
}

/**
 * The elements without a text that an operation compares with a constant: `statusCode = 'completed'`, `value > 5`.
 *
 * @param left the types of what the left side selects; undefined if they are not known
 */
export function comparedWithoutText(
  operation: OperationSyntax,
  left: ReadonlySet<string> | undefined,
  right: ReadonlySet<string> | undefined,
): ComparedWithoutText[] {
  if (!COMPARISONS.has(operation.operator)) return [];
  return [...inSide(operation.left, left, operation.right), ...inSide(operation.right, right, operation.left)];
}

function inSide(side: Syntax, types: ReadonlySet<string> | undefined, other: Syntax): ComparedWithoutText[] {
  const isNumber = other.kind === 'number';
  if (types === undefined || types.size === 0 || side.kind !== 'path') return [];
  if (!isNumber && other.kind !== 'texts' && (other.kind !== 'literal' || other.value === '')) return [];
  const attributes = [...types].map((type) => (type === 'ANY' && isNumber ? 'value' : attributeOf(type)));
  const [attribute] = attributes;
  if (attribute === undefined || attributes.includes(undefined)) return [];
  const last = side.steps.at(-1);
  const name = last?.test.kind === 'name' ? last.test.name : '.';
  const [type = ''] = types;
  const what = type === 'ANY' ? 'a number stands in an attribute' : `a ${type} has no text, so this never holds`;
  return [{ offset: side.start, message: `${what}; did you mean ${name}/@${attribute}?` }];
}

/** The attribute that says what an element of the type is about; undefined if it can have text, or no such attribute. */
function attributeOf(type: string): string | undefined {
  const said = SAYING.find((attribute) => has(type, attribute));
  return isMixed(type) ? undefined : said;
}

function has(type: string, attribute: string): boolean {
  return Object.hasOwn(typeNamed(type)?.attributes ?? {}, attribute);
}

function isMixed(type: string): boolean {
  const { mixed, base } = (typeNamed(type) ?? {}) as { readonly mixed?: boolean; readonly base?: string };
  return mixed === true || (base !== undefined && isMixed(base));
}
