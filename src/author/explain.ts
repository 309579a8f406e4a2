/** `cairn explain`: where a value came from, what a line became, and why an element is not there. */
import type { Examination } from '../examine.js';
import type { TraceEntry, TracePlace } from '../conversion.js';
import { locate } from '../mapping/mapping-file.js';
import { findRule, foundRule, type RulePlace } from '../mapping/rule-place.js';
import { leavesByPath } from './leaf-values.js';

/** A rule with its JSON text, and its place in the form `file:line:column` that editors open. */
export interface ExplainedRule {
  readonly file: string;
  readonly pointer: string;
  readonly line: number;
  readonly column: number;
  /** The JSON that stands there. */
  readonly text: string;
}

/** A value in the Bundle, with where it came from. */
export interface ExplainedElement extends Pick<TraceEntry, 'target' | 'by' | 'mapping' | 'sources'> {
  readonly value: unknown;
  readonly rule: ExplainedRule | undefined;
  readonly conceptMap: ExplainedRule | undefined;
  readonly used: readonly TracePlace[];
  /** For a value from a term pack: the rule, and the source in the pack with its version. */
  readonly terms?: string;
}

/**
 * The values at or below an element: `Condition/7c1d….code`, `Condition.code` (of every Condition), `Condition/*.code`. Of an
 * id its beginning will do, and `…` or `*` may stand for the rest; where a list has no index, every item is meant.
 */
export function explainElement({ conversion, run }: Examination, element: string): ExplainedElement[] {
  const wanted = wantedElement(element);
  const values = leavesByPath(conversion.bundle);
  return conversion.trace
    .filter(({ target }) => wanted(target))
    .map(({ target, by, mapping, sources, file, rule, conceptMap, used = [] }) => ({
      target,
      value: values.get(target),
      by,
      mapping,
      sources,
      rule: file === '' ? undefined : tracedRule(run.mappings.files, file, rule),
      conceptMap: conceptMap && tracedRule(run.mappings.files, conceptMap.file, conceptMap.rule),
      used,
      ...(by === 'terms' ? { terms: `${rule}, ${file}` } : {}),
    }));
}

/** Whether a target of the trace is the element that is asked for, or stands in it. */
export function wantedElement(element: string): (target: string) => boolean {
  const [head = '', ...rest] = element.split(/\.(?!\.)/);
  const [type = '', id = ''] = head.split('/');
  const start = id.replace(/(…|\.\.\.|\*)$/, '');
  // A list without an index matches every item.
  const path = rest.map((name) => (name.includes('[') ? escape(name) : `${escape(name)}(\\[\\d+\\])?`)).join('\\.');
  const pattern = new RegExp(`^${escape(type)}/${escape(start)}[^.]*${path === '' ? '' : `\\.${path}`}(?=[.[]|$)`);
  return (target) => pattern.test(target);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A rule with its text; undefined if the set has no such rule. */
export function ruleText(files: Parameters<typeof findRule>[0], rule: string): ExplainedRule | undefined {
  return withText(findRule(files, rule));
}

/** The same of a rule that the trace names. */
export function tracedRule(
  files: Parameters<typeof findRule>[0],
  file: string,
  pointer: string,
): ExplainedRule | undefined {
  return withText(foundRule(files, file, pointer));
}

function withText(found: RulePlace | undefined): ExplainedRule | undefined {
  if (found === undefined) return undefined;
  const { file, pointer, value, source } = found;
  return { file, pointer, ...locate(source, pointer), text: JSON.stringify(value) };
}
