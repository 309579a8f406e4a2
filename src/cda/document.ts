import { DocumentError } from '../xml/document-error.js';
import { positionOf } from '../xml/position.js';
import { refusedRoot } from '../unwrap/kind.js';
import { attribute, child, children, nodeName, NONE, valueOf, type Node, type Tree } from '../xml/tree.js';
import { nameId } from './vocabulary.js';

const [
  CLINICAL_DOCUMENT,
  ID,
  ROOT,
  EXTENSION,
  VALUE,
  EFFECTIVE_TIME,
  CUSTODIAN,
  ASSIGNED_CUSTODIAN,
  CUSTODIAN_ORGANIZATION,
  AUTHOR,
  ASSIGNED_AUTHOR,
  REPRESENTED_ORGANIZATION,
] =
  'ClinicalDocument id root extension value effectiveTime custodian assignedCustodian representedCustodianOrganization author assignedAuthor representedOrganization'
    .split(' ')
    .map(nameId) as [number, number, number, number, number, number, number, number, number, number, number, number];

const ROOT_ELEMENT = 1;

/** @throws DocumentError if the document is XML but not CDA */
export function requireClinicalDocument(tree: Tree): void {
  if (tree.name[ROOT_ELEMENT] === CLINICAL_DOCUMENT) return;
  const { line, column } = positionOf(tree, ROOT_ELEMENT);
  const known = refusedRoot(nodeName(tree, ROOT_ELEMENT));
  const what = known === undefined ? '' : `; this is ${known}`;
  throw new DocumentError(
    'not-supported',
    `not a CDA document: the root element is not ClinicalDocument in the namespace urn:hl7-org:v3${what}`,
    line,
    column,
  );
}

/** `root^extension` of the document's id; undefined if it has no id that identifies it. */
export function documentId(tree: Tree, identifiesNothing: (id: Node) => boolean = () => false): string | undefined {
  const id = child(tree, ROOT_ELEMENT, ID);
  const root = id === NONE || identifiesNothing(id) ? undefined : valueAt(tree, id, ROOT);
  return root === undefined ? undefined : `${root.toLowerCase()}^${valueAt(tree, id, EXTENSION) ?? ''}`;
}

/** The OIDs by which a sender is recognized: that of the custodian, then those of the authors' organizations. */
export function senderOids(tree: Tree): string[] {
  const organizations = [
    ...below(tree, [ROOT_ELEMENT], [CUSTODIAN, ASSIGNED_CUSTODIAN, CUSTODIAN_ORGANIZATION]),
    ...below(tree, [ROOT_ELEMENT], [AUTHOR, ASSIGNED_AUTHOR, REPRESENTED_ORGANIZATION]),
  ];
  return below(tree, organizations, [ID]).flatMap((id) => valueAt(tree, id, ROOT) ?? []);
}

/** The offset in the header's effectiveTime, as `+hh:mm`; undefined if there is none. */
export function headerOffset(tree: Tree): string | undefined {
  const time = child(tree, ROOT_ELEMENT, EFFECTIVE_TIME);
  const text = time === NONE ? undefined : valueAt(tree, time, VALUE);
  const offset = /([+-]\d\d):?(\d\d)$/.exec(text ?? '');
  return offset === null ? undefined : `${offset[1]!}:${offset[2]!}`;
}

function below(tree: Tree, nodes: readonly Node[], names: readonly number[]): Node[] {
  return names.reduce<Node[]>((found, name) => found.flatMap((node) => children(tree, node, name)), [...nodes]);
}

function valueAt(tree: Tree, element: Node, name: number): string | undefined {
  const found = attribute(tree, element, name);
  return found === NONE ? undefined : valueOf(tree, found).trim();
}
