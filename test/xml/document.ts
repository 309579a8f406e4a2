/** What the tests of this room share: an invented document, and a tree written out so that a test can compare it. */
import { createNames } from '../../src/xml/names.js';
import { DocumentError } from '../../src/xml/document-error.js';
import { defaultLimits, type Limits } from '../../src/xml/limits.js';
import { parseXml } from '../../src/xml/parse.js';
import { isAttribute, isElement, nodeName, valueOf, type Node, type Tree } from '../../src/xml/tree.js';

export const names = createNames(['ClinicalDocument', 'title', 'id', 'root', 'value', 'xsi:type', 'sdtc:raceCode']);

export function parse(source: string, limits: Partial<Limits> = {}): Tree {
  return parseXml(source, names, { ...defaultLimits, ...limits }).tree;
}

/** The error that something ends with; fails the test where it ends well, or with another kind of error. */
export function documentError(what: () => unknown): DocumentError {
  try {
    what();
  } catch (error) {
    if (error instanceof DocumentError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** Where and why a document is refused: `2:5 message`. */
export function refusal(source: string, limits: Partial<Limits> = {}): string {
  const { line, column, message } = documentError(() => parse(source, limits));
  return `${line}:${column} ${message}`;
}

/** A tree as nested lists: an element is its name, its attributes and its children; text is itself. */
export type Outline = string | [name: string, attributes: Record<string, string>, ...children: Outline[]];

export function outline(tree: Tree, node: Node = 1): Outline {
  if (!isElement(tree, node)) return valueOf(tree, node);
  const written: Outline = [nodeName(tree, node), {}];
  let n = node + 1;
  for (; n <= tree.last[node]! && isAttribute(tree, n); n++) written[1][nodeName(tree, n)] = valueOf(tree, n);
  for (; n <= tree.last[node]!; n = tree.last[n]! + 1) written.push(outline(tree, n));
  return written;
}

/** A small document that has some of everything. */
export const sample = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<?xml-stylesheet type="text/xsl" href="view.xsl"?>
<!-- an invented document -->
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'
    xmlns:sdtc="urn:hl7-org:sdtc">
  <id root="1.2.3" extension = 'a"b' />
  <title xml:lang="en">Visit &amp; <![CDATA[<plan>]]> of B&#xF8;rge<!-- sic --> &#x1F642;</title>
  <sdtc:raceCode code="2106-3"></sdtc:raceCode>
  <value xsi:type="PQ" value="5" unit="mg/&#10;mL"/>
  <text><list><item ID="a">one</item>, <item>two ] ]]&gt;</item></list><?page?></text>
  <x:note xmlns:x="urn:example:x" x:kind="é"><inner xmlns=""/></x:note>
</ClinicalDocument>
<!-- end -->
`;
