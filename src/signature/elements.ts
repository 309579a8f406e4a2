/** Finds elements of a DOM by namespace and local name. */
import type { Element, Node } from '@xmldom/xmldom';

export const DS = 'http://www.w3.org/2000/09/xmldsig#';
export const SDTC = 'urn:hl7-org:sdtc';
export const HL7 = 'urn:hl7-org:v3';
/** How the namespace of every version of XAdES begins. */
export const XADES = 'http://uri.etsi.org/01903/';

export function childrenOf(parent: Node, namespace: string | undefined, name: string | undefined): Element[] {
  const found: Element[] = [];
  for (let node = parent.firstChild; node !== null; node = node.nextSibling) {
    if (node.nodeType !== 1) continue;
    const element = node as Element;
    const isMeant =
      (namespace === undefined || element.namespaceURI === namespace) &&
      (name === undefined || element.localName === name);
    if (isMeant) found.push(element);
  }
  return found;
}

/** In document order. It does not recurse, because a document may be deeper than the stack. */
export function descendantsOf(parent: Node, namespace: string | undefined, name: string | undefined): Element[] {
  const found: Element[] = [];
  const waiting = childrenOf(parent, undefined, undefined).reverse();
  for (let element = waiting.pop(); element !== undefined; element = waiting.pop()) {
    const isMeant =
      (namespace === undefined || element.namespaceURI === namespace) &&
      (name === undefined || element.localName === name);
    if (isMeant) found.push(element);
    waiting.push(...childrenOf(element, undefined, undefined).reverse());
  }
  return found;
}

export function textContentOf(node: Node): string {
  return node.textContent ?? '';
}
