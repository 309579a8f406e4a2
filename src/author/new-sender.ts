/** `cairn new sender`: the folder of a sender, and what is known of its documents. */
import { nameId } from '../cda/vocabulary.js';
import { senderOids } from '../cda/document.js';
import type { Examination } from '../examine.js';
import { attribute, isElement, NONE, valueOf, type Node } from '../xml/tree.js';
import type { MappingTest } from './mapping-test.js';
import { isShared } from './odd-senders.js';
import { countedFacts, unmappedPlaces, type UnmappedPlace } from './unmapped.js';

export interface NewSender {
  /** By path inside the sender's folder. */
  readonly files: Readonly<Record<string, unknown>>;
  /** What a document of the sender is known by; none where it has nothing but numbers that many organizations have. */
  readonly oids: readonly string[];
  /** Mappings that take its statements, and how many resources each made. */
  readonly mappings: readonly { readonly id: string; readonly count: number }[];
  /** Templates of the document that no mapping asks for. */
  readonly unknownTemplates: readonly { readonly template: string; readonly count: number }[];
  readonly unmapped: readonly UnmappedPlace[];
}

const TEMPLATE_ID = nameId('templateId');
const ROOT = nameId('root');

/**
 * A document is this sender's where its custodian, or else an author's organization, has an id of the sender's own OID. An NPI
 * does not count: every organization has one. The files have nothing of the document but that OID.
 *
 * @throws Error where another sender of the set has the OID
 */
export function newSender(examination: Examination, name: string): NewSender {
  const { run, kept } = examination;
  const first = senderOids(run.tree).find((oid) => !isShared(oid));
  for (const [sender, known] of run.mappings.files.senders) {
    const { oids = [] } = (known.description?.value ?? {}) as { oids?: readonly string[] };
    if (first !== undefined && oids.includes(first))
      throw new Error(`the sender "${sender}" has the OID ${first} already`);
  }
  const oids = first === undefined ? [] : [first];
  const test: MappingTest = {
    name: `converts a document as one of ${name}`,
    // The test is refused if the set has no such sender.
    options: { sender: name },
    ...(first === undefined ? {} : { header: custodian(first) }),
    sections: [],
    count: { Patient: 1 } satisfies Record<string, number>,
  };
  const counts = new Map<string, number>();
  for (const { resource } of kept) counts.set(resource.mapping.id, (counts.get(resource.mapping.id) ?? 0) + 1);
  return {
    files: { 'sender.json': { oids }, [`${name}.test.json`]: { tests: [test] } },
    oids,
    mappings: [...counts].map(([id, count]) => ({ id, count })).sort((a, b) => b.count - a.count),
    unknownTemplates: unknownTemplates(examination),
    unmapped: unmappedPlaces([countedFacts(examination, 'unmapped')], false),
  };
}

function custodian(oid: string): string {
  return `<custodian><assignedCustodian><representedCustodianOrganization><id root="${oid}"/><name>Example</name></representedCustodianOrganization></assignedCustodian></custodian>`;
}

/**
 * Templates that no mapping asks for, on statements of which nothing was read. A part of a statement that was read
 * does not count.
 */
function unknownTemplates({ run, facts }: Examination): NewSender['unknownTemplates'] {
  const { tree, mappings } = run;
  const read = new Set<Node>();
  for (const { fact, status } of facts) {
    if (status !== 'mapped' && status !== 'used') continue;
    for (let at = fact; at > 0 && !read.has(at); at = tree.parent[at]!) read.add(at);
  }
  const counts = new Map<string, number>();
  for (let node = 1; node < tree.count; node++) {
    if (!isElement(tree, node) || tree.name[node] !== TEMPLATE_ID || !STATEMENTS.has(tree.name[tree.parent[node]!]!))
      continue;
    if (read.has(tree.parent[node]!)) continue;
    const root = attribute(tree, node, ROOT);
    const template = root === NONE ? '' : valueOf(tree, root).trim();
    if (template !== '' && !mappings.byTemplate.has(template)) counts.set(template, (counts.get(template) ?? 0) + 1);
  }
  return [...counts].map(([template, count]) => ({ template, count })).sort((a, b) => b.count - a.count);
}

const STATEMENTS: ReadonlySet<number> = new Set(
  [
    'act',
    'encounter',
    'observation',
    'observationMedia',
    'organizer',
    'procedure',
    'regionOfInterest',
    'substanceAdministration',
    'supply',
  ].map(nameId),
);
