import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { explainElement, type ExplainedElement, type ExplainedRule } from '../author/explain.js';
import { explainLine, type ExplainedFact, type ExplainedLine } from '../author/explain-line.js';
import { explainAbsence, type WhyNotAnswer } from '../author/why-not.js';
import type { TracePlace } from '../conversion.js';
import { createExaminer } from '../convert.js';
import { UsageError } from './command.js';
import { complaintsOf } from './complaints.js';
import { readCommandOptions } from './read-options.js';
import { linesOf, print, type Terminal } from './terminal.js';

export const help = `cairn explain FILE --element ELEMENT | --line N[:COLUMN] | --why-not ELEMENT

Tells how a document became its Bundle.

  --element 'Condition/7c1d….code'   where the value came from: source lines, the rule with its text, the row of a ConceptMap,
                                     and what only decided. The beginning of an id will do; Condition.code is that of every one
  --line 212, --line 212:17          everything that a source line became, or why not
  --why-not Condition.abatement      what was asked for an element that is not there, and what the document answered

Options
  --sender ID, --time-zone ZONE, --us-core VERSION, --mappings DIR, --terms FILE   as for convert
  --json                                          for programs

Exit status: 0 there was something to explain, 1 otherwise.
`;

const OPTIONS = {
  element: { type: 'string' },
  line: { type: 'string' },
  'why-not': { type: 'string' },
  sender: { type: 'string' },
  'time-zone': { type: 'string' },
  'us-core': { type: 'string' },
  mappings: { type: 'string' },
  terms: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readCommandOptions(args, OPTIONS);
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new UsageError('explain takes one document');
  const asked = [values.element, values.line, values['why-not']].filter((value) => value !== undefined);
  if (asked.length !== 1) throw new UsageError('explain takes one of --element, --line and --why-not');
  const { mappings } = values;
  const name = file === '-' ? 'stdin' : file;
  let examination;
  let text: string;
  try {
    const bytes = file === '-' ? await buffer(terminal.stdin) : await readFile(file);
    text = bytes.toString('utf8');
    examination = createExaminer({
      ...(mappings === undefined ? {} : { mappings }),
      ...(values.terms === undefined ? {} : { terms: values.terms }),
    })(bytes, {
      ...(values.sender === undefined ? {} : { sender: values.sender }),
      ...(values['time-zone'] === undefined ? {} : { timeZone: values['time-zone'] }),
      ...(values['us-core'] === undefined ? {} : { usCore: values['us-core'] }),
    });
  } catch (error) {
    await print(terminal.stderr, linesOf(complaintsOf(error, name)));
    return 1;
  }
  const at: Where = { file: name, mappings: mappings ?? 'mappings', lines: text.split(/\r\n|\n|\r/) };
  const { found, answer, lines } = answerTo(examination, values, at);
  if (values.json === true) await print(terminal.stdout, `${JSON.stringify(answer, undefined, 2)}\n`);
  else await print(found ? terminal.stdout : terminal.stderr, linesOf(lines));
  return found ? 0 : 1;
}

interface Where {
  readonly file: string;
  readonly mappings: string;
  /** Of the document. */
  readonly lines: readonly string[];
}

interface Answer {
  readonly found: boolean;
  readonly answer: unknown;
  readonly lines: string[];
}

function answerTo(
  examination: ReturnType<ReturnType<typeof createExaminer>>,
  values: { element?: string; line?: string; 'why-not'?: string },
  at: Where,
): Answer {
  if (values.element !== undefined) {
    const elements = explainElement(examination, values.element);
    const lines = elements.flatMap((element) => elementLines(element, at));
    const none = [
      `no value of the Bundle is ${values.element}; --why-not ${values.element} tells what was asked for it`,
    ];
    return { found: elements.length > 0, answer: elements, lines: elements.length > 0 ? lines : none };
  }
  if (values.line !== undefined) {
    const [, line, column] = /^(\d+)(?::(\d+))?$/.exec(values.line) ?? [];
    if (line === undefined) throw new UsageError(`--line is a line, or line:column; not ${values.line}`);
    const answer = explainLine(examination, Number(line), column === undefined ? undefined : Number(column));
    const found = answer.facts.length > 0 || answer.made.length > 0;
    const none = [
      `${at.file}:${values.line}: no fact begins here; the words of a narrative stand in the text of its section`,
    ];
    return { found, answer, lines: found ? lineLines(answer, Number(line), at) : none };
  }
  const answer = explainAbsence(examination, values['why-not']!);
  return {
    found: answer.lack.length > 0 || answer.none.length > 0,
    answer,
    lines: whyNotLines(answer, values['why-not']!, at),
  };
}

function elementLines(
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
  return [`    ${file}:${line}:${column}  ${source}`, `      | ${(lines[line - 1] ?? '').trim().slice(0, 160)}`];
}

function ruleLines(what: string, rule: ExplainedRule, at: Where): string[] {
  return [`  ${what} ${place(rule, at)}`, `      ${cut(rule.text, 400)}`];
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)} …` : text;
}

function lineLines({ facts, made }: ExplainedLine, line: number, at: Where): string[] {
  return [
    `${at.file}:${line} | ${(at.lines[line - 1] ?? '').trim().slice(0, 200)}`,
    ...made.map(({ source, resource, mapping }) => `  <${source}> is ${resource} (mapping ${mapping})`),
    ...facts.flatMap((fact) => factLines(fact, at)),
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

function whyNotLines({ have, lack, none, refused }: WhyNotAnswer, element: string, at: Where): string[] {
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
    ...none.map(
      ({ mapping, file, candidates, withTemplate, wants }) =>
        `  ${mapping} (${file}): ${candidates} elements could be one by their name, ${withTemplate} have its template; it wants ${wants.slice(0, 300)}`,
    ),
    ...refused.map(({ line, column, text }) => `  ${at.file}:${line}:${column}: ${text}`),
  ];
}
