/**
 * From CDA narrative (StrucDoc, CDA R2 4.3.5) to the XHTML that FHIR allows in a Narrative (R4 2.4.0). All text is
 * kept, and as much of its form as XHTML can say. Whatever a sender writes, the result is well-formed, has only
 * elements and attributes that FHIR lists, and runs or loads nothing.
 */
import { localName, plainText } from '../../cda/narrative.js';
import type { Reading } from '../../cda/reading.js';
import { BLANK, firstChild, isElement, isText, nextSibling, NONE, type Node, type Tree } from '../../xml/tree.js';
import { attributeWithName, attributesOf, written } from './attributes.js';
import { isBlock, elementRuleOf, type ElementRule } from './elements.js';
import { escape, textAsXhtml } from './escape.js';
import { footnoteNumber, linkTarget, startWriting, type Writing, type XhtmlOptions } from './writing.js';

/** What may stand in the element that is being filled: anything, or only parts of a table or list. */
type Place = 'flow' | 'table' | 'rows' | 'row' | 'columns' | 'list';

const NAMESPACE = 'xmlns="http://www.w3.org/1999/xhtml"';

/**
 * The text of a section as the `div` of a FHIR Narrative; undefined if it has nothing that a reader could see.
 *
 *   <text><paragraph>No <content styleCode="Bold">known</content> allergies</paragraph></text>
 * ->  <div xmlns="…"><p>No <span style="font-weight: bold">known</span> allergies</p></div>
 */
export function toXhtml(reading: Reading, textElement: Node, options: XhtmlOptions = {}): string | undefined {
  const writing = startWriting(reading, textElement, options, true);
  const content = contentOf(writing, textElement, 'flow');
  return writing.hasContent ? divAround(content, attributesOf(reading.tree, textElement, 'div', writing)) : undefined;
}

/** The outermost `div` of a Narrative. */
export function divAround(content: string, attributes = ''): string {
  // Joined in one step: a string that is built by `+` keeps all its pieces in memory as long as it lives.
  return ['<div ', NAMESPACE, attributes, '>', content, '</div>'].join('');
}

/** The content of an element. White space is kept only where it separates two words. */
export function contentOf(writing: Writing, element: Node, place: Place): string {
  const { tree } = writing;
  let content = '';
  let isParted = false;
  let followsBlock = true;
  for (let n = firstChild(tree, element); n !== NONE; n = nextSibling(tree, n)) {
    let piece: string;
    let block = false;
    if (isText(tree, n)) {
      if ((tree.kind[n]! & BLANK) !== 0) {
        isParted = true;
        continue;
      }
      piece = inPlace(place, textAsXhtml(tree, n));
      if (!writing.hasContent && piece.trim() !== '') writing.hasContent = true;
    } else {
      const rule = elementRuleOf(localName(tree, n));
      piece = elementAsXhtml(writing, n, rule, place);
      if (piece === '') continue;
      block = isBlock(rule) || rule.tag === 'br';
    }
    if (isParted && !block && !followsBlock && place === 'flow') content += ' ';
    content += piece;
    isParted = false;
    followsBlock = block;
  }
  return content;
}

/** One element with its content; empty if nothing is left of it. */
export function elementAsXhtml(writing: Writing, element: Node, rule: ElementRule, place: Place): string {
  switch (rule.kind) {
    case 'silent':
      return '';
    case 'unwrap':
      return contentOf(writing, element, place);
    case 'inline':
    case 'paragraph':
      return inPlace(place, line(writing, element, rule));
    case 'caption':
      return captionInPlace(writing, element, rule, place);
    case 'block':
      return inPlace(place, unlessEmpty(writing, element, rule, 'flow'));
    case 'empty':
      return inPlace(place, `<${rule.tag}/>`);
    case 'table':
      return inPlace(place, table(writing, element));
    case 'rows':
      return place === 'table'
        ? unlessEmpty(writing, element, rule, 'rows')
        : inTable(writing, element, place, 'table');
    case 'row':
      if (place === 'table' || place === 'rows') return unlessEmpty(writing, element, rule, 'row');
      return inTable(writing, element, place, 'rows');
    case 'cell':
      return cell(writing, element, rule, place);
    case 'columns':
      return place === 'table' ? tagged(writing, element, rule, contentOf(writing, element, 'columns')) : '';
    case 'column':
      return place === 'table' || place === 'columns'
        ? `<col${attributesOf(writing.tree, element, 'col', writing)}/>`
        : '';
    case 'list':
      return inPlace(place, list(writing, element));
    case 'item':
      return item(writing, element, rule, place);
    case 'link':
      return inPlace(place, link(writing, element, rule));
    case 'footnote':
      return inPlace(place, footnote(writing, element, rule));
    case 'footnoteRef':
      return inPlace(place, footnoteReference(writing, element));
    case 'multimedia':
      return inPlace(place, multimedia(writing, element));
    case 'image':
      return inPlace(place, image(writing, element));
  }
}

/** Where only parts of a table or list may stand, a piece gets the missing part around it. */
function inPlace(place: Place, piece: string): string {
  if (piece === '' || place === 'flow') return piece;
  if (place === 'row') return `<td>${piece}</td>`;
  if (place === 'list') return `<li>${piece}</li>`;
  return place === 'columns' ? '' : `<tr><td>${piece}</td></tr>`;
}

function tagged(writing: Writing, element: Node, { tag, style }: ElementRule, content: string): string {
  return `<${tag}${attributesOf(writing.tree, element, tag, writing, style)}>${content}</${tag}>`;
}

/** Leaves out an empty table, row or list, because XHTML does not allow one. */
function unlessEmpty(writing: Writing, element: Node, rule: ElementRule, place: Place): string {
  const content = contentOf(writing, element, place);
  return content === '' ? '' : tagged(writing, element, rule, content);
}

/** An element that may hold only text and inline elements. It becomes a `div` if a sender put more into it. */
function line(writing: Writing, element: Node, rule: ElementRule): string {
  return lineAround(writing, element, rule, contentOf(writing, element, 'flow'));
}

function lineAround(writing: Writing, element: Node, rule: ElementRule, content: string): string {
  const attributes = attributesOf(writing.tree, element, rule.tag, writing, rule.style);
  if (content === '' && !attributes.startsWith(' id=')) return '';
  const tag = hasBlock(writing.tree, element) ? 'div' : rule.tag;
  return `<${tag}${attributes}>${content}</${tag}>`;
}

function hasBlock(tree: Tree, element: Node): boolean {
  for (let n = element + 1; n <= tree.last[element]!; n++) {
    if (isElement(tree, n) && isBlock(elementRuleOf(localName(tree, n)))) return true;
  }
  return false;
}

/** A table. Its caption comes first, as XHTML requires. */
function table(writing: Writing, element: Node): string {
  const caption = captionOf(writing.tree, element);
  const content = contentOf(writing, element, 'table');
  if (content === '') return caption === NONE ? '' : captionAs(writing, caption, 'p');
  const captionText = caption === NONE ? '' : captionAs(writing, caption, 'caption');
  return `<table${attributesOf(writing.tree, element, 'table', writing)}>${captionText}${content}</table>`;
}

/** A list. XHTML has no caption for lists, so it is written before the list (guidance-82). */
function list(writing: Writing, element: Node): string {
  const caption = captionOf(writing.tree, element);
  const before = caption === NONE ? '' : captionAs(writing, caption, 'p');
  const content = contentOf(writing, element, 'list');
  const tag = listTag(writing.tree, element);
  return content === ''
    ? before
    : `${before}<${tag}${attributesOf(writing.tree, element, tag, writing)}>${content}</${tag}>`;
}

export function listTag(tree: Tree, element: Node): 'ul' | 'ol' {
  const isOrdered = localName(tree, element) === 'ol' || attributeWithName(tree, element, 'listType') === 'ordered';
  return isOrdered ? 'ol' : 'ul';
}

/** The caption of a table or list, if it stands at the beginning (only columns may come before it); else NONE. */
export function captionOf(tree: Tree, element: Node): Node {
  for (let n = firstChild(tree, element); n !== NONE; n = nextSibling(tree, n)) {
    if (isText(tree, n)) continue;
    const { kind } = elementRuleOf(localName(tree, n));
    if (kind === 'caption') return n;
    if (kind !== 'column' && kind !== 'columns') return NONE;
  }
  return NONE;
}

export function captionAs(writing: Writing, caption: Node, tag: 'caption' | 'p'): string {
  const { style, ...rule } = elementRuleOf('caption');
  return line(writing, caption, tag === 'p' && style !== undefined ? { ...rule, tag, style } : { ...rule, tag });
}

function captionInPlace(writing: Writing, element: Node, rule: ElementRule, place: Place): string {
  const owner = writing.tree.parent[element]!;
  const isPlaced = (place === 'table' || place === 'list') && captionOf(writing.tree, owner) === element;
  return isPlaced ? '' : inPlace(place, line(writing, element, rule));
}

/** Rows outside of a table and cells outside of a row get a table around them. */
function inTable(writing: Writing, element: Node, place: Place, inside: 'table' | 'rows'): string {
  const content = elementAsXhtml(writing, element, elementRuleOf(localName(writing.tree, element)), inside);
  return content === ''
    ? ''
    : inPlace(place, `<table>${inside === 'rows' ? `<tbody>${content}</tbody>` : content}</table>`);
}

function cell(writing: Writing, element: Node, rule: ElementRule, place: Place): string {
  const content = tagged(writing, element, rule, contentOf(writing, element, 'flow'));
  if (place === 'row') return content;
  if (place === 'table' || place === 'rows') return `<tr>${content}</tr>`;
  return inPlace(place, `<table><tbody><tr>${content}</tr></tbody></table>`);
}

function item(writing: Writing, element: Node, rule: ElementRule, place: Place): string {
  const content = tagged(writing, element, rule, contentOf(writing, element, 'flow'));
  return place === 'list' ? content : inPlace(place, `<ul>${content}</ul>`);
}

/** A link to the web or to a place in this text. Of any other link only the words are kept. */
function link(writing: Writing, element: Node, rule: ElementRule): string {
  const { tree } = writing;
  const address = attributeWithName(tree, element, 'href') ?? '';
  const href = isSafe(writing, address) && !hasBlock(tree, element) ? address : undefined;
  const content = contentOf(writing, element, 'flow');
  // The content is written only once, whether it becomes a link or not. Otherwise forty links inside each other would
  // be written 2^40 times.
  if (href === undefined) return lineAround(writing, element, elementRuleOf('content'), content);
  const title = written('title', attributeWithName(tree, element, 'title'));
  if (content === '') writing.hasContent = true;
  const attributes = attributesOf(tree, element, rule.tag, writing, rule.style);
  return `<a${attributes}${written('href', href)}${title}>${content === '' ? escape(href) : content}</a>`;
}

function isSafe(writing: Writing, address: string): boolean {
  if (address.startsWith('#')) return linkTarget(writing, address.slice(1)) !== undefined;
  return /^https?:\/\/[^\s"<>\\^`{|}]+$/i.test(address);
}

/** A footnote at its place, with a number by which its references find it (guidance-84). */
function footnote(writing: Writing, element: Node, rule: ElementRule): string {
  const content = contentOf(writing, element, 'flow');
  if (content === '') return '';
  const tag = hasBlock(writing.tree, element) ? 'div' : rule.tag;
  const attributes = attributesOf(writing.tree, element, tag, writing, rule.style);
  const number = footnoteNumber(writing, element);
  return `<${tag}${attributes}>${number > 0 ? `<sup>[${number}]</sup> ` : ''}${content}</${tag}>`;
}

function footnoteReference(writing: Writing, element: Node): string {
  const id = attributeWithName(writing.tree, element, 'IDREF') ?? '';
  const number = footnoteNumber(writing, writing.reading.narrativeElement(id));
  if (number === 0) return '';
  const mark = `[${number}]`;
  return `<sup>${linkTarget(writing, id) === undefined ? mark : `<a href="#${escape(id)}">${mark}</a>`}</sup>`;
}

/** An image whose URL the caller can give (guidance-85), else the words that stand for it. */
function multimedia(writing: Writing, element: Node): string {
  const { tree, images } = writing;
  const caption = captionOf(tree, element);
  const words = caption === NONE ? 'Image' : plainText(writing.reading, caption);
  const ids = (attributeWithName(tree, element, 'referencedObject') ?? '').split(/\s+/).filter(Boolean);
  writing.hasContent = true;
  const shown = ids.flatMap((id) => images?.(id) ?? []);
  if (shown.length === 0) return `<span>[${escape(words)}]</span>`;
  return shown.map((address) => `<img${written('src', address)}${written('alt', words)}/>`).join('');
}

/**
 * A sender's own `<img>`. It is kept only if it contains the image itself (`data:`), because nothing may be loaded from
 * elsewhere.
 */
function image(writing: Writing, element: Node): string {
  const source = attributeWithName(writing.tree, element, 'src') ?? '';
  const words = attributeWithName(writing.tree, element, 'alt') ?? 'Image';
  writing.hasContent = true;
  const isInside = /^data:image\/(png|gif|jpeg);base64,[A-Za-z0-9+/=\s]+$/.test(source);
  return isInside ? `<img${written('src', source)}${written('alt', words)}/>` : `<span>[${escape(words)}]</span>`;
}
