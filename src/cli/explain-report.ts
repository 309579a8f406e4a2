/** What `cairn explain` prints. */
import { join } from 'node:path';
import type { ExplainedElement, ExplainedRule } from '../author/explain.js';
import type { ExplainedFact, ExplainedLine, SurroundingStatement } from '../author/explain-line.js';
import { templateName } from '../author/known-templates.js';
import type { UntakenStatement } from '../author/untaken.js';
import type { WhyNotAnswer } from '../author/why-not.js';
import type { TracePlace } from '../conversion.js';

/** What is needed to name places: the document and its lines, and the folder of the mapping set. */
export interface Where {
  readonly file: string;
  readonly mappings: string;
  /** The lines of the document. */
  readonly lines: readonly string[];
}

export function elementLines(
  { target, value, by, sources, rule, conceptMap, used, terms }: ExplainedElement,
  at: Where,
): string[] {
  return [
    `${target} = ${JSON.stringify(value)}`,
    ...(sources.length === 0 ? [] : [`  ${WHY[by]}`, ...sources.flatMap((place) => placeLines(place, at))]),
    ...(sources.length === 0 ? [`  ${WHY_ALONE[by]}`] : []),
    ...(rule === undefined ? [] : ruleLines('by', rule, at)),
    ...(terms === undefined ? [] : [`  by ${terms}`]),
    ...(conceptMap === undefined ? [] : ruleLines('row', conceptMap, at)),
    ...(used.length === 0 ? [] : ['  since the document says', ...used.flatMap((place) => placeLines(place, at))]),
    '',
  ];
}

const WHY: Readonly<Record<ExplainedElement['by'], string>> = {
  document: 'from',
  mapping: 'said by the mapping of',
  identity: 'made of what the source is known by',
  reference: 'the resource made of',
  profile: 'from',
  terms: 'found for',
  engine: 'from',
};

const WHY_ALONE: Readonly<Record<ExplainedElement['by'], string>> = {
  document: 'from the document',
  mapping: 'the mapping says it; it stands in no document',
  identity: 'an id',
  reference: 'a resource of the Bundle',
  profile: 'the resource has all that the profile asks for',
  terms: 'a term pack has it, or it is the canonical unit',
  engine: 'FHIR requires it, or it completes what the mapping says',
};

function placeLines({ source, line, column }: TracePlace, { file, lines }: Where): string[] {
  return [`    ${file}:${line}:${column}  ${source}`, `      | ${excerpt(lines[line - 1] ?? '', column)}`];
}

const WIDTH = 160;

/** A line, or of a long one what stands around the column. A document is often one line. */
function excerpt(line: string, column: number): string {
  if (line.trim().length <= WIDTH) return line.trim();
  const from = Math.max(0, Math.min(column - 1 - WIDTH / 4, line.length - WIDTH));
  return `${from === 0 ? '' : '… '}${line.slice(from, from + WIDTH).trim()}${from + WIDTH < line.length ? ' …' : ''}`;
}

function ruleLines(what: string, rule: ExplainedRule, at: Where): string[] {
  return [`  ${what} ${place(rule, at)}`, `      ${cut(rule.text, 400)}`];
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)} …` : text;
}

export function lineLines(
  { facts, made, around }: ExplainedLine,
  line: number,
  column: number | undefined,
  at: Where,
): string[] {
  const place = column === undefined ? `${line}` : `${line}:${column}`;
  return [
    `${at.file}:${place} | ${excerpt(at.lines[line - 1] ?? '', column ?? 1)}`,
    ...(around === undefined ? [] : aroundLines(around, at)),
    ...made.map(({ source, resource, mapping }) => `  <${source}> is ${resource} (mapping ${mapping})`),
    ...(facts.length === 0 && made.length === 0
      ? ['  nothing that is counted begins here: it only says how the document is built']
      : []),
    ...facts.flatMap((fact) => factLines(fact, at)),
  ];
}

function aroundLines(
  { source, line, column, template, made, untaken }: SurroundingStatement,
  { file }: Where,
): string[] {
  const what = `<${source}> (${file}:${line}:${column}${template === '' ? '' : `, ${templateName(template)}`})`;
  if (made.length === 0)
    return [
      `  in ${what}, of which no resource is made`,
      ...(untaken === undefined ? [] : untakenLines(untaken, '    ')),
    ];
  return made.map(({ resource, mapping }) => `  in ${what}, which is ${resource} (mapping ${mapping})`);
}

/** Why a statement was not taken by the mappings that are for its template. */
function untakenLines({ failed, conditions, reason }: UntakenStatement, indent: string): string[] {
  return [
    ...failed.map((where) => `${indent}this had to hold: ${cut(where, 300)}`),
    ...conditions.map(({ name, title }) => `${indent}  ${name}(): ${title}`),
    ...(reason === undefined ? [] : [`${indent}the ledger says of its first fact that is lost: ${reason}`]),
  ];
}

function factLines(
  { source, column, value, status, became, decided, accounting, reason, dropRule }: ExplainedFact,
  at: Where,
): string[] {
  const name = source.replace(/.*\/(?=[^/]+\/[^/]+$)/, '');
  return [
    `  ${name} = ${JSON.stringify(value.trim().slice(0, 120))} (column ${column}): ${status}`,
    ...became.map(
      ({ target, rule }) => `    stands in ${target}${rule === undefined ? '' : `, by ${place(rule, at)}`}`,
    ),
    ...decided.map(({ target, rule }) => `    decided ${target}${rule === undefined ? '' : `, by ${place(rule, at)}`}`),
    ...(accounting === undefined ? [] : [`    says nothing of its own: ${accounting} (docs/mapping-language.md)`]),
    ...(reason === undefined ? [] : [`    ${status}: ${reason}`]),
    ...(dropRule === undefined ? [] : [`    by ${place(dropRule, at)}`]),
  ];
}

function place({ file, line, column, pointer }: ExplainedRule, { mappings }: Where): string {
  return `${join(mappings, file)}:${line}:${column} (#${pointer})`;
}

/** How many resources are told. The same answer for hundreds of resources need not be read a hundred times. */
const MOST_TOLD = 5;

export function whyNotLines({ have, lack, none, refused }: WhyNotAnswer, element: string, at: Where): string[] {
  if (lack.length === 0 && none.length === 0)
    return [`${element} is there: ${have.slice(0, MOST_TOLD).join(', ')}${have.length > MOST_TOLD ? ', …' : ''}`];
  return [
    ...(have.length === 0 || lack.length === 0 ? [] : [`${have.length} have it, ${lack.length} do not`]),
    ...lack
      .slice(0, MOST_TOLD)
      .flatMap(({ resource, line, column, mapping, mapped, tried }) => [
        `${resource} (${at.file}:${line}:${column}, mapping ${mapping})`,
        ...(mapped
          ? tried.flatMap(({ rule, outcome, conditions, line: asked, column: from }) => [
              `  ${rule === undefined ? 'a rule' : place(rule, at)}: ${outcome}${asked === line ? '' : ` (asked at line ${asked}:${from})`}`,
              ...(rule === undefined ? [] : [`      ${cut(rule.text, 300)}`]),
              ...(outcome === 'false' ? conditions.map(({ name, title }) => `      ${name}(): ${title}`) : []),
            ])
          : ['  the mapping has no such element']),
      ]),
    ...(lack.length > MOST_TOLD ? [`and ${lack.length - MOST_TOLD} more (--json has them all)`] : []),
    ...(none.length === 0 ? [] : [`the document has no ${element.split(/[./]/)[0]!}`]),
    ...none.flatMap(({ mapping, file, candidates, withTemplate, wants, statements }) => [
      `  ${mapping} (${file}): ${candidates} elements could be one by their name, ${withTemplate} have its template; it wants ${cut(wants, 300)}`,
      ...statements
        .slice(0, MOST_TOLD)
        .flatMap((statement) => [
          `    ${at.file}:${statement.line}:${statement.column} has its template`,
          ...untakenLines(statement, '      '),
        ]),
    ]),
    ...refused.map(({ line, column, text }) => `  ${at.file}:${line}:${column}: ${text}`),
  ];
}
