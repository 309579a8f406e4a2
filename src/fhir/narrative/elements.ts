/** What becomes of an element of the narrative block. */
export interface ElementRule {
  readonly kind: ElementKind;
  /** The name of the XHTML element. */
  readonly tag: string;
  /** Set if XHTML has no element for it: the style that shows it. */
  readonly style?: string;
}

/**
 * `inline` stands in a line, `block` holds lines, `paragraph` may hold only what is inline. The others have a place of
 * their own or are special.
 */
export type ElementKind =
  | 'inline'
  | 'paragraph'
  | 'block'
  | 'table'
  | 'rows'
  | 'row'
  | 'cell'
  | 'columns'
  | 'column'
  | 'list'
  | 'item'
  | 'caption'
  | 'empty'
  | 'link'
  | 'footnote'
  | 'footnoteRef'
  | 'multimedia'
  | 'image'
  | 'silent'
  | 'unwrap';

const rules = new Map<string, ElementRule>();

function rule(kind: ElementKind, names: string, tag?: string, style?: string): void {
  for (const name of names.split(' '))
    rules.set(name, { kind, tag: tag ?? name, ...(style !== undefined && { style }) });
}

// CDA R2 4.3.5, C-CDA on FHIR, mapping guidance, guidance-76 to -88.
rule('inline', 'content', 'span');
rule('inline', 'sub sup');
rule('paragraph', 'paragraph', 'p');
rule('list', 'list', 'ul');
rule('item', 'item', 'li');
rule('empty', 'br');
rule('table', 'table');
rule('rows', 'thead tbody tfoot');
rule('row', 'tr');
rule('cell', 'td th');
rule('columns', 'colgroup');
rule('column', 'col');
rule('caption', 'caption', 'span', 'font-weight: bold');
rule('link', 'linkHtml', 'a');
rule('footnote', 'footnote', 'span', 'font-size: smaller');
rule('footnoteRef', 'footnoteRef', 'sup');
rule('multimedia', 'renderMultiMedia', 'img');
// XHTML elements that senders use although CDA does not have them, as far as FHIR R4 2.4.0 allows them.
rule('inline', 'span b em i strong small big tt dfn q var abbr acronym cite bdo kbd code samp');
rule('inline', 'u ins', 'span', 'text-decoration: underline');
rule('inline', 's strike del', 'span', 'text-decoration: line-through');
rule('inline', 'font', 'span');
rule('paragraph', 'p h1 h2 h3 h4 h5 h6 pre address');
rule('block', 'div blockquote');
rule('block', 'center', 'div', 'text-align: center');
rule('list', 'ul ol');
rule('item', 'li');
rule('empty', 'hr');
rule('link', 'a');
rule('image', 'img');
rule('silent', 'script style head meta link iframe object embed applet param');

const UNKNOWN: ElementRule = { kind: 'unwrap', tag: '' };

/** The rule for an element with this local name. Names that CDA does not have are also known in capitals: `<BR/>`. */
export function elementRuleOf(name: string): ElementRule {
  return rules.get(name) ?? rules.get(name.toLowerCase()) ?? UNKNOWN;
}

const BLOCKS: ReadonlySet<ElementKind> = new Set([
  'paragraph',
  'block',
  'table',
  'rows',
  'row',
  'cell',
  'list',
  'item',
]);

/** Whether an element can't stand inside a line. */
export function isBlock({ kind, tag }: ElementRule): boolean {
  return BLOCKS.has(kind) || tag === 'hr';
}
