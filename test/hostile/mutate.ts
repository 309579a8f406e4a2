/** Documents that nobody wrote: a real one with its bytes, attributes, structure or names changed at random, by a seed. */
import { vocabulary } from '../../src/cda/vocabulary.js';
import { defaultLimits } from '../../src/xml/limits.js';
import { parseXml } from '../../src/xml/parse.js';
import { isAttribute, isElement, isText, type Tree } from '../../src/xml/tree.js';

/** A document and where its parts stand. */
export interface Original {
  readonly name: string;
  readonly source: string;
  readonly elements: readonly Span[];
  readonly attributes: readonly Span[];
  readonly texts: readonly Span[];
}

interface Span {
  readonly start: number;
  readonly end: number;
}

type Random = () => number;

/** A part of the source that becomes something else. */
interface Edit extends Span {
  readonly text: string;
}

export function originalOf(name: string, source: string): Original {
  const { tree } = parseXml(source.replace(/^\uFEFF/, ''), vocabulary, defaultLimits);
  const spans = (is: (tree: Tree, node: number) => boolean): Span[] => {
    const found: Span[] = [];
    for (let n = 1; n < tree.count; n++) if (is(tree, n)) found.push({ start: tree.start[n]!, end: tree.end[n]! });
    return found;
  };
  return {
    name,
    source: tree.source,
    elements: spans(isElement).slice(1),
    attributes: spans(isAttribute),
    texts: spans(isText),
  };
}

const PROTOTYPE = ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf', 'prototype'];

const VALUES = [
  ...PROTOTYPE,
  '',
  ' ',
  '0',
  '-1',
  '1e999',
  'NaN',
  'Infinity',
  '99999999999999999999',
  '0.1.2',
  '00000000',
  '99999999',
  '20240230',
  '20240101250000',
  '202401010000-2500',
  '2024-01-01T00:00:00Z',
  'UNK',
  'NI',
  'OTH',
  'true',
  'null',
  'undefined',
  '#',
  '#none',
  'urn:uuid:',
  '2.16.840.1.113883.6.96',
  '2.16.840.1.113883.10.20.22.4.4',
  '1.2.3.',
  'tel:',
  'mailto:@',
  'javascript:alert(1)',
  'data:text/html;base64,AAAA',
  'CD',
  'PQ',
  'IVL_TS',
  'IVL_PQ',
  'ED',
  'ST',
  'II',
  'EVN',
  'INT',
  'RQO',
  'completed',
  'active',
  'SUBJ',
  'MFST',
  'RSON',
  'B64',
  'application/pdf',
  '\u202E\u0000'.slice(0, 1),
  '&lt;script&gt;',
  'x'.repeat(5000),
  '\u{1F600}'.repeat(20),
  '(((((((((((((((((((((((((((((((((',
  '{}',
  'mg/(dL.[',
];

const NAMES = [
  ...PROTOTYPE,
  'observation',
  'act',
  'organizer',
  'entry',
  'entryRelationship',
  'component',
  'section',
  'text',
  'value',
  'code',
  'id',
  'templateId',
  'effectiveTime',
  'low',
  'high',
  'author',
  'performer',
  'participant',
  'reference',
  'originalText',
  'translation',
  'qualifier',
  'name',
  'addr',
  'telecom',
  'table',
  'tr',
  'td',
  'th',
  'content',
  'list',
  'item',
  'linkHtml',
  'footnote',
  'renderMultiMedia',
  'br',
  'script',
  'x',
];

const BYTES = [
  '<',
  '>',
  '&',
  '"',
  "'",
  '/',
  '=',
  '\0',
  '\uFFFE',
  '\uD800',
  ']]>',
  '<!--',
  '<![CDATA[',
  '<!DOCTYPE x>',
  '<?x?>',
  '&#0;',
  '&#xD800;',
  '&nope;',
  ' ',
];

/** The mutant of a number: the same number gives the same mutant. `donors` give parts of other documents. */
export function mutantOf(original: Original, donors: readonly Original[], random: Random): Uint8Array {
  const count = 1 + Math.floor(random() ** 2 * 8);
  const edits = Array.from({ length: count }, () => editOf(original, donors, random));
  let source = original.source;
  let before = Infinity;
  for (const edit of edits.sort((one, other) => other.start - one.start)) {
    if (edit.end > before) continue;
    source = source.slice(0, edit.start) + edit.text + source.slice(edit.end);
    before = edit.start;
  }
  return encoded(source, random);
}

function encoded(source: string, random: Random): Uint8Array {
  const kind = random();
  if (kind < 0.96) return new TextEncoder().encode(source);
  if (kind < 0.97) return Buffer.from(`\uFEFF${source}`, 'utf16le');
  if (kind < 0.98) return Buffer.from(source, 'latin1');
  const bytes = Buffer.from(source);
  if (kind < 0.99) return bytes.subarray(0, Math.floor(random() * bytes.length));
  for (let i = 0; i < 5; i++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  return bytes;
}

function editOf(original: Original, donors: readonly Original[], random: Random): Edit {
  const { source, elements, attributes, texts } = original;
  const element = pick(elements, random);
  const whole = source.slice(element.start, element.end);
  const kind = random();
  if (kind < 0.1) {
    const at = Math.floor(random() * source.length);
    return { start: at, end: at + Math.floor(random() * 4), text: random() < 0.5 ? '' : pick(BYTES, random) };
  }
  if (kind < 0.35) return { ...pick(attributes, random), text: escaped(valueFor(original, random)) };
  if (kind < 0.4) return withoutAttribute(source, pick(attributes, random));
  if (kind < 0.46 && texts.length > 0) return { ...pick(texts, random), text: escaped(pick(VALUES, random)) };
  if (kind < 0.56) return { ...element, text: '' };
  if (kind < 0.66) return { ...element, text: whole.repeat(whole.length > 20_000 ? 2 : 2 + Math.floor(random() * 4)) };
  if (kind < 0.76) {
    const other = pick(elements, random);
    return { start: other.start, end: random() < 0.5 ? other.start : other.end, text: whole };
  }
  if (kind < 0.86) {
    const donor = pick(donors, random);
    const part = pick(donor.elements, random);
    return {
      start: element.start,
      end: random() < 0.5 ? element.start : element.end,
      text: donor.source.slice(part.start, Math.min(part.end, part.start + 100_000)),
    };
  }
  if (kind < 0.95) return { ...element, text: renamed(whole, pick(NAMES, random)) };
  const name = pick(NAMES, random);
  const depth = 1 + Math.floor(random() * 30);
  return { ...element, text: `<${name}>`.repeat(depth) + whole + `</${name}>`.repeat(depth) };
}

function valueFor({ source, attributes }: Original, random: Random): string {
  if (random() < 0.7) return pick(VALUES, random);
  const { start, end } = pick(attributes, random);
  return source.slice(start, end);
}

function withoutAttribute(source: string, { start, end }: Span): Edit {
  return { start: source.lastIndexOf(' ', start), end: end + 1, text: '' };
}

/** An element under another name. */
function renamed(whole: string, name: string): string {
  return whole.replace(/^<[\w:.-]+/, `<${name}`).replace(/<\/[\w:.-]+\s*>$/, `</${name}>`);
}

function escaped(text: string): string {
  return text.replace(/[<"]/g, '');
}

function pick<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)]!;
}
