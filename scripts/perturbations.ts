import { DOMParser, XMLSerializer, type Document, type Element } from '@xmldom/xmldom';

const CDA = 'urn:hl7-org:v3';
const STATEMENTS = ['act', 'encounter', 'observation', 'organizer', 'procedure', 'substanceAdministration', 'supply'];
const TYPE_CODES = ['SUBJ', 'MFST', 'REFR', 'RSON', 'COMP'];

/** Ways in which senders differ although the facts are the same. */
export const perturbations = {
  'entry templates out': withoutTemplates,
  'statements one level deeper': deeperStatements,
  'parts one level deeper': deeperParts,
  'type codes swapped': swappedTypes,
  'section codes changed': otherSections,
  'roots of ids renamed': otherIds,
} satisfies Record<string, (document: Document, random: () => number) => void>;

export type Perturbation = keyof typeof perturbations;

/** The document with one kind of difference throughout; `random` decides where there is a choice. */
export function perturbed(xml: string, kind: Perturbation, random: () => number): string {
  const document = new DOMParser({ onError: () => undefined }).parseFromString(xml, 'text/xml');
  perturbations[kind](document, random);
  return new XMLSerializer().serializeToString(document);
}

/** Entries are known only by code and section; the section keeps its template. */
function withoutTemplates(document: Document): void {
  for (const template of elements(document, 'templateId'))
    if (within(template, 'entry')) template.parentNode?.removeChild(template);
}

/** Everything in an entry is put into an organizer or an act that no mapping knows. */
function deeperStatements(document: Document, random: () => number): void {
  for (const entry of elements(document, 'entry')) wrapStatement(entry, random());
}

/** Everything inside another statement is put into an organizer or an act that no mapping knows. */
function deeperParts(document: Document, random: () => number): void {
  for (const link of elements(document, 'entryRelationship')) wrapStatement(link, random());
}

function wrapStatement(link: Element, choice: number): void {
  const statement = childElements(link).find(({ localName }) => STATEMENTS.includes(localName ?? ''));
  if (statement === undefined) return;
  const organizer = choice < 0.5;
  const speaks = Math.floor(choice * 4) % 2 === 1;
  const around = element(link, organizer ? 'organizer' : 'act', {
    classCode: organizer ? 'CLUSTER' : 'ACT',
    moodCode: 'EVN',
  });
  const inner = element(link, organizer ? 'component' : 'entryRelationship', organizer ? {} : { typeCode: 'COMP' });
  link.replaceChild(around, statement);
  // Some get a template and a code of their own, the others none.
  if (speaks) {
    around.appendChild(element(link, 'templateId', { root: '2.999.3.1' }));
    around.appendChild(element(link, 'code', { code: 'G1', codeSystem: '2.999.3.2', displayName: 'Group' }));
    around.appendChild(element(link, 'statusCode', { code: 'completed' }));
  }
  around.appendChild(inner);
  inner.appendChild(statement);
}

/** Every link between statements is of another kind. */
function swappedTypes(document: Document, random: () => number): void {
  for (const link of elements(document, 'entryRelationship')) {
    const others = TYPE_CODES.filter((code) => code !== link.getAttribute('typeCode'));
    link.setAttribute('typeCode', others[Math.floor(random() * others.length)]!);
  }
}

/** Sections are known only by title and template. */
function otherSections(document: Document, random: () => number): void {
  for (const section of elements(document, 'section'))
    for (const code of childElements(section).filter(({ localName }) => localName === 'code')) {
      code.setAttribute('code', `S${String(Math.floor(random() * 1000))}`);
      code.setAttribute('codeSystem', '2.999.1.1');
    }
}

function otherIds(document: Document): void {
  for (const id of elements(document, 'id')) {
    const root = id.getAttribute('root');
    if (root !== null && within(id, 'entry')) id.setAttribute('root', `2.999.2.${numberOf(root)}`);
  }
}

/** The same number for the same text. */
function numberOf(text: string): string {
  let number = 7;
  for (const character of text) number = (number * 31 + character.codePointAt(0)!) % 1_000_000_007;
  return String(number);
}

function elements(document: Document, name: string): Element[] {
  return [...document.getElementsByTagNameNS(CDA, name)];
}

function childElements(parent: Element): Element[] {
  return [...parent.childNodes].filter((node): node is Element => node.nodeType === node.ELEMENT_NODE);
}

function within(node: Element, name: string): boolean {
  for (let at = node.parentNode; at !== null; at = at.parentNode) if (at.nodeName.endsWith(name)) return true;
  return false;
}

function element(beside: Element, name: string, attributes: Record<string, string>): Element {
  const made = beside.ownerDocument!.createElementNS(CDA, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
}
