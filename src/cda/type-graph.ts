/** The CDA model as a graph of types: which type contains which, and which may stand for which. */
import type { Axis } from '../xpath/syntax.js';
import { cdaModel, type CdaType } from './model.js';
import { ownValue } from '../own-value.js';

/** The type of the document node, above the root element. */
const DOCUMENT_TYPE = '#document';
export const DOCUMENT_TYPES: ReadonlySet<string> = new Set([DOCUMENT_TYPE]);

const documentType: CdaType = { attributes: {}, elements: cdaModel.root };

/**
 * The model in the other direction: the types that an element with a name can have, and the types that contain elements
 * of a type.
 */
const typesByElement = new Map<string, Set<string>>();
const parentsByType = new Map<string, Set<string>>();
for (const [parent, { elements }] of [[DOCUMENT_TYPE, documentType] as const, ...Object.entries(cdaModel.types)]) {
  for (const [element, declared] of Object.entries(elements)) {
    const type = withoutStar(declared);
    typesByElement.set(element, (typesByElement.get(element) ?? new Set()).add(type));
    parentsByType.set(type, (parentsByType.get(type) ?? new Set()).add(parent));
  }
}

/** What the model says of a type. */
export function typeNamed(name: string): CdaType | undefined {
  return name === DOCUMENT_TYPE ? documentType : ownValue(cdaModel.types, name);
}

function withoutStar(type: string): string {
  return type.endsWith('*') ? type.slice(0, -1) : type;
}

/** The types that elements with this name have anywhere in CDA; empty if CDA has no such element. */
export function typesNamed(element: string): ReadonlySet<string> {
  return typesByElement.get(element) ?? new Set();
}

/** The types of the elements with that name on an axis, from elements of the given types. */
export function namedTypes(axis: Axis, name: string, types: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set<string>();
  const downwards = axis === 'descendant' || axis === 'descendant-or-self';
  if (axis !== 'child' && !downwards) {
    // Upwards and sideways: the types that can be there and can have that name.
    const anywhere = typesNamed(name);
    for (const type of reach(axis, types)) if (anywhere.has(type)) found.add(type);
    return found;
  }
  const parents = downwards ? new Set([...types, ...reach(axis, types)]) : types;
  for (const parent of parents) {
    for (const candidate of withSpecialisations(parent)) {
      const declared = ownValue(typeNamed(candidate)?.elements ?? {}, name);
      if (declared !== undefined) found.add(withoutStar(declared));
    }
  }
  return found;
}

/** The types of all that an axis leads to. */
export function reach(axis: Axis, types: ReadonlySet<string>): ReadonlySet<string> {
  switch (axis) {
    case 'self':
      return types;
    case 'parent':
      return parentsOf(types);
    case 'ancestor':
      return closure(parentsOf(types), parentsOf);
    case 'ancestor-or-self':
      return closure(types, parentsOf);
    case 'descendant':
      return closure(all(types), all);
    case 'descendant-or-self':
      return closure(types, all);
    case 'following-sibling':
    case 'preceding-sibling':
      return all(parentsOf(types));
    default:
      return all(types);
  }
}

function all(types: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set<string>();
  for (const type of types)
    for (const declared of Object.values(typeNamed(type)?.elements ?? {})) found.add(withoutStar(declared));
  return found;
}

function parentsOf(types: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set<string>();
  for (const type of types) for (const parent of parentsByType.get(type) ?? []) found.add(parent);
  return found;
}

function closure(
  start: ReadonlySet<string>,
  next: (types: ReadonlySet<string>) => ReadonlySet<string>,
): ReadonlySet<string> {
  const found = new Set(start);
  let frontier: ReadonlySet<string> = start;
  while (frontier.size > 0) {
    frontier = new Set([...next(frontier)].filter((type) => !found.has(type)));
    for (const type of frontier) found.add(type);
  }
  return found;
}

/** Whether one of the types, or a type that may stand for it, has an attribute or element with that name. */
export function anyHas(types: ReadonlySet<string>, name: string, kind: 'attributes' | 'elements'): boolean {
  return [...types].some((type) =>
    withSpecialisations(type).some((t) => Object.hasOwn(typeNamed(t)?.[kind] ?? {}, name)),
  );
}

/** A data type and all types that xsi:type may put in its place. Example: a PIVL_TS for SXCM_TS. */
function withSpecialisations(type: string): readonly string[] {
  return specialisations.get(type) ?? [type];
}

const specialisations = new Map<string, string[]>();
for (const type of Object.keys(cdaModel.types)) {
  for (let base = typeNamed(type)?.base; base !== undefined; base = typeNamed(base)?.base)
    specialisations.set(base, [...(specialisations.get(base) ?? [base]), type]);
}
