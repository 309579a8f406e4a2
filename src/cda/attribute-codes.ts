import { readFileSync } from 'node:fs';
import { suggestion } from '../xpath/nearest.js';
import type { LiteralSyntax, OperationSyntax, Syntax } from '../xpath/syntax.js';

const codes = new Map(
  Object.entries(
    JSON.parse(readFileSync(new URL('./attribute-codes.json', import.meta.url), 'utf8')) as Record<string, string[]>,
  ).map(([attribute, each]) => [attribute, new Set(each)]),
);

/** A constant that an attribute of CDA can never be equal to. */
export interface ImpossibleConstant {
  readonly offset: number;
  readonly message: string;
}

/** The constants in a comparison that its attribute can't have: `@moodCode='EVT'`. */
export function impossibleConstants({ operator, left, right }: OperationSyntax): ImpossibleConstant[] {
  if (operator !== '=' && operator !== '!=') return [];
  const attribute = attributeOf(left);
  const allowed = attribute === undefined ? undefined : codes.get(attribute);
  if (allowed === undefined) return [];
  return constantsOf(right)
    .filter(({ value }) => !allowed.has(value))
    .map(({ value, start }) => ({
      offset: start,
      message: `CDA's @${attribute} is never "${value}"${suggestion(value, allowed)}`,
    }));
}

/**
 * What a selector's nodes are called, and the codes that CDA allows for them. Examples: `@moodCode`, `.../statusCode`.
 */
export function allowedCodes(syntax: Syntax): { readonly of: string; readonly codes: ReadonlySet<string> } | undefined {
  const attribute = attributeOf(syntax);
  const last = syntax.kind === 'path' ? syntax.steps.at(-1) : undefined;
  const element = last?.axis === 'child' && last.test.kind === 'name' ? last.test.name : undefined;
  const allowed = codes.get(attribute ?? element ?? '');
  return allowed && { of: attribute === undefined ? element! : `@${attribute}`, codes: allowed };
}

function attributeOf(syntax: Syntax): string | undefined {
  const last = syntax.kind === 'path' ? syntax.steps.at(-1) : undefined;
  return last?.axis === 'attribute' && last.test.kind === 'name' ? last.test.name : undefined;
}

function constantsOf(syntax: Syntax): readonly LiteralSyntax[] {
  if (syntax.kind === 'literal') return [syntax];
  return syntax.kind === 'texts' ? syntax.values : [];
}
