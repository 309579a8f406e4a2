import { isAttribute, nodeName, valueOf, type Node, type Tree } from '../../xml/tree.js';
import { escape } from './escape.js';
import { addPlainCss, addStyleCodes, type Style } from './style.js';
import { ownValue } from '../../own-value.js';

type Check = (value: string) => boolean;

const any: Check = () => true;
const number: Check = (value) => /^\d{1,4}$/.test(value);
const length: Check = (value) => /^(\d{1,5}|\d{1,3}(\.\d+)?%)$/.test(value);
const multiLength: Check = (value) => length(value) || /^[1-9]?\d*\*$/.test(value);
const align: Check = (value) => /^(left|center|right|justify|char)$/.test(value);
const verticalAlign: Check = (value) => /^(top|middle|bottom|baseline)$/.test(value);
const scope: Check = (value) => /^(row|col|rowgroup|colgroup)$/.test(value);
const frame: Check = (value) => /^(void|above|below|hsides|lhs|rhs|vsides|box|border)$/.test(value);
const rules: Check = (value) => /^(none|groups|rows|cols|all)$/.test(value);
const character: Check = (value) => value.length === 1;

const ALIGNMENT = { align, valign: verticalAlign, char: character, charoff: length };
const COLUMN = { ...ALIGNMENT, span: number, width: multiLength };
const CELL = { ...ALIGNMENT, abbr: any, axis: any, colspan: number, rowspan: number, scope };

/**
 * The attributes that an element of XHTML keeps, each with the values that are allowed (FHIR R4 2.4.0, the XHTML 1.0
 * schema). CDA has the same attributes (guidance-88). `headers` is left out, because the cells that it names may not be
 * in the output.
 */
const KEPT: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  table: { border: number, cellpadding: length, cellspacing: length, frame, rules, summary: any, width: length },
  thead: ALIGNMENT,
  tbody: ALIGNMENT,
  tfoot: ALIGNMENT,
  tr: ALIGNMENT,
  td: CELL,
  th: CELL,
  col: COLUMN,
  colgroup: COLUMN,
};

export interface IdRule {
  /** The ID that an element has in the output; undefined if it must have none there. */
  idOf(element: Node, id: string): string | undefined;
}

/** The attributes of an element of XHTML, with a space before each: ` id="x" class="xLabel"`. */
export function attributesOf(tree: Tree, element: Node, tag: string, ids: IdRule, ownStyle?: string): string {
  const style: Style = { classes: [], declarations: ownStyle === undefined ? [] : [ownStyle] };
  const kept = ownValue(KEPT, tag) ?? {};
  let id: string | undefined;
  let language: string | undefined;
  let others = '';
  for (let n = element + 1; n < tree.count && tree.parent[n] === element && isAttribute(tree, n); n++) {
    const name = nodeName(tree, n);
    const value = valueOf(tree, n).trim();
    if (name === 'styleCode') addStyleCodes(style, value);
    else if (name === 'ID' || name === 'id') id ??= ids.idOf(element, value);
    else if (ownValue(kept, name)?.(value) === true) others += written(name, value);
    else if (name === 'language' || name === 'lang') language ??= languageOf(value);
    else if (name === 'style') addPlainCss(style, value);
    else if (name === 'revised') style.declarations.push(...revisedStyle(value));
  }
  const classes = style.classes.length === 0 ? undefined : style.classes.join(' ');
  const declarations = style.declarations.length === 0 ? undefined : style.declarations.join('; ');
  return (
    written('id', id) + written('lang', language) + others + written('class', classes) + written('style', declarations)
  );
}

export function written(name: string, value: string | undefined): string {
  return value === undefined ? '' : ` ${name}="${escape(value)}"`;
}

function languageOf(value: string): string | undefined {
  return /^[a-z]{2,8}(-[a-z0-9]{1,8})*$/i.test(value) ? value : undefined;
}

/** Shows the authors' revisions by style (CDA R2 4.3.5.1), because FHIR's XHTML has no `ins` and `del`. */
function revisedStyle(revised: string): string[] {
  if (revised === 'delete') return ['text-decoration: line-through'];
  return revised === 'insert' ? ['text-decoration: underline'] : [];
}

/** The value of the first of these attributes that the element has; undefined if it has none. */
export function attributeWithName(tree: Tree, element: Node, ...names: readonly string[]): string | undefined {
  for (let n = element + 1; n < tree.count && tree.parent[n] === element && isAttribute(tree, n); n++) {
    if (names.includes(nodeName(tree, n))) return valueOf(tree, n).trim();
  }
  return undefined;
}
