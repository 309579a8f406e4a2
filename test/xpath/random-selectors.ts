/** Selectors that nobody would write, from a seed: the same for everybody. */
import { seeded } from '../seeded.js';

const ELEMENTS = [
  'observation',
  'templateId',
  'entryRelationship',
  'value',
  'code',
  'id',
  'section',
  'component',
  'entry',
];
const MORE_ELEMENTS = [
  'text',
  'title',
  'effectiveTime',
  'low',
  'statusCode',
  'telecom',
  'given',
  'sdtc:raceCode',
  'td',
];
const ATTRIBUTES = ['code', 'root', 'extension', 'typeCode', 'value', 'unit', 'xsi:type', 'use', 'nullFlavor', 'ID'];
const TEXTS = [
  "'PQ'",
  "'CD'",
  "'SUBJ'",
  "'90'",
  "'1'",
  "'2.999.6'",
  "'2015-08-01'",
  "'8480-6'",
  "'HP'",
  "'Ada'",
  "''",
  "'UNK'",
];
const AXES = [
  'descendant',
  'descendant-or-self',
  'parent',
  'self',
  'following-sibling',
  'preceding-sibling',
  'ancestor',
];
const COMPARISONS = ['=', '=', '=', '!=', '<', '<=', '>', '>='];

type Pick = <T>(values: readonly T[]) => T;

export function randomSelectors(count: number, seed: number): string[] {
  const random = seeded(seed);
  const pick: Pick = (values) => values[Math.floor(random() * values.length)]!;
  return Array.from({ length: count }, () => expression(pick, 2));
}

function expression(pick: Pick, depth: number): string {
  const kind = pick(['path', 'path', 'path', 'path', 'truth', 'number', 'text', 'union', 'filter']);
  if (kind === 'truth') return truth(pick, depth);
  if (kind === 'number') return number(pick, depth);
  if (kind === 'text') return text(pick, depth);
  if (kind === 'union') return `${path(pick, depth)} | ${path(pick, depth)}`;
  if (kind === 'filter')
    return `(${path(pick, depth)} | ${path(pick, depth)})${predicate(pick, depth)}/${steps(pick, depth)}`;
  return path(pick, depth);
}

function path(pick: Pick, depth: number): string {
  const start = pick(['', '', '', '', '/', '//', './/', '../', '../../']);
  return start + steps(pick, depth);
}

function steps(pick: Pick, depth: number): string {
  const count = pick([0, 0, 1, 1, 2]);
  let result = '';
  for (let i = 0; i < count; i++) result += step(pick, depth) + pick(['/', '/', '/', '//']);
  return result + pick([step(pick, depth), attributeStep(pick, depth)]);
}

function step(pick: Pick, depth: number): string {
  const axis = pick(['', '', '', '', `${pick(AXES)}::`, 'child::']);
  const test = pick([pick(ELEMENTS), pick(ELEMENTS), pick(MORE_ELEMENTS), '*', 'node()', 'text()']);
  return pick([`${axis}${test}`, `${axis}${test}`, '..', '.']).replace(
    /[a-z)*]$/i,
    (end) => end + predicates(pick, depth),
  );
}

function attributeStep(pick: Pick, depth: number): string {
  return `@${pick([pick(ATTRIBUTES), pick(ATTRIBUTES), '*'])}${pick(['', '', predicates(pick, depth)])}`;
}

function predicates(pick: Pick, depth: number): string {
  const count = depth === 0 ? 0 : pick([0, 0, 1, 1, 2]);
  let result = '';
  for (let i = 0; i < count; i++) result += predicate(pick, depth);
  return result;
}

function predicate(pick: Pick, depth: number): string {
  const kind = pick(['position', 'truth', 'truth', 'truth']);
  return `[${kind === 'position' ? position(pick) : truth(pick, depth - 1)}]`;
}

function position(pick: Pick): string {
  return pick(['1', '2', 'last()', 'position() > 1', 'last() - 1', 'position() = last()', 'position() mod 2 = 1']);
}

function truth(pick: Pick, depth: number): string {
  const inner = Math.max(0, depth - 1);
  switch (pick(['compare', 'compare', 'attribute', 'attribute', 'exists', 'not', 'text', 'logic', 'nodes'])) {
    case 'compare':
      return `${path(pick, inner)} ${pick(COMPARISONS)} ${pick([pick(TEXTS), '90', '1', 'true()', number(pick, inner)])}`;
    case 'attribute':
      return `@${pick(ATTRIBUTES)} = ${pick(TEXTS)}`;
    case 'not':
      return `not(${depth > 0 ? truth(pick, inner) : path(pick, inner)})`;
    case 'text':
      return `${pick(['contains', 'starts-with'])}(${path(pick, inner)}, ${pick(TEXTS)})`;
    case 'logic':
      return depth > 0 ? `${truth(pick, inner)} ${pick(['and', 'or'])} ${truth(pick, inner)}` : '@code';
    case 'nodes':
      return `${path(pick, inner)} ${pick(COMPARISONS)} ${path(pick, inner)}`;
    default:
      return path(pick, inner);
  }
}

function number(pick: Pick, depth: number): string {
  const of = path(pick, Math.max(0, depth - 1));
  const more = pick(['2', '0.5', `count(${of})`]);
  return pick([
    `count(${of})`,
    `sum(${of}/@value)`,
    `string-length(${of})`,
    `number(${of}) ${pick(['+', '-', '*', 'div', 'mod'])} ${more}`,
    `round(${of} div 3)`,
    `-floor(${of})`,
    `ceiling(${of})`,
  ]);
}

function text(pick: Pick, depth: number): string {
  const of = path(pick, Math.max(0, depth - 1));
  return pick([
    `string(${of})`,
    `concat(${of}, '-', ${pick(TEXTS)})`,
    `substring-before(${of}, '.')`,
    `substring-after(${of}, '.')`,
    `substring(${of}, 2, 3)`,
    `normalize-space(${of})`,
    `translate(${of}, 'abc1', 'ABC')`,
    `local-name(${of})`,
    `name(${of})`,
  ]);
}
