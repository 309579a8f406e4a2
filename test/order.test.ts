import { readdirSync, readFileSync } from 'node:fs';
import { DOMParser, XMLSerializer, type Element } from '@xmldom/xmldom';
import { expect } from 'chai';
import { converter } from './packaged-converter.js';

const CDA = 'urn:hl7-org:v3';
const samples = new URL('../samples/', import.meta.url);

/** What follows the order of the document by its nature. */
const ORDERED = ['Composition', 'Provenance', 'DocumentReference'];

/** What a document says, by id, whatever the order of its lists; what has no id there is known by its place. */
function said(document: string): Map<string, unknown> {
  const resources = (converter.convert(Buffer.from(document)).bundle.entry ?? []).flatMap(({ resource }) =>
    resource === undefined || ORDERED.includes(resource.resourceType) || !('identifier' in resource) ? [] : [resource],
  );
  return new Map(resources.map((resource) => [`${resource.resourceType}/${resource.id ?? ''}`, unordered(resource)]));
}

function unordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(unordered);
    return items.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, inner]) => [name, unordered(inner)]),
  );
}

/** The document with the children of that name backwards in each of the parents. */
function reversed(document: string, parents: string, child: string): string {
  const tree = new DOMParser().parseFromString(document, 'text/xml');
  for (const parent of Array.from(tree.getElementsByTagNameNS(CDA, parents))) {
    const all = Array.from(parent.childNodes).filter((node) => (node as Element).localName === child);
    for (const node of all) parent.removeChild(node);
    // Where they stand among their siblings is nothing that a selector may ask for.
    for (const node of all.reverse()) parent.appendChild(node);
  }
  return new XMLSerializer().serializeToString(tree);
}

describe('what a document says', () => {
  for (const name of readdirSync(samples).filter((file) => file.endsWith('.xml'))) {
    const document = readFileSync(new URL(name, samples), 'utf8');
    for (const [parents, child] of [
      ['structuredBody', 'component'],
      ['section', 'entry'],
      ['organizer', 'component'],
      ['observation', 'templateId'],
      ['act', 'templateId'],
    ] as const) {
      it(`does not depend on the order of each ${child} in a ${parents} (${name})`, () => {
        expect(said(reversed(document, parents, child))).to.deep.equal(said(document));
      });
    }
  }
});
