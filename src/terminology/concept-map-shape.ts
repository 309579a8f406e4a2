/** Checks that a ConceptMap has the shape (FHIR R4 4.10.3) that can be compiled. All mistakes are told at once. */

export interface MapTarget {
  readonly code?: string;
  readonly display?: string;
  readonly equivalence: string;
}

export interface Element {
  readonly code: string;
  readonly display?: string;
  readonly target?: readonly MapTarget[];
}

export interface Unmapped {
  readonly mode: 'fixed' | 'provided' | 'other-map';
  readonly code?: string;
  readonly display?: string;
  readonly url?: string;
}

export interface Group {
  readonly source?: string;
  readonly target?: string;
  readonly element: readonly Element[];
  readonly unmapped?: Unmapped;
}

export interface ConceptMapShape {
  readonly url: string;
  readonly group: readonly Group[];
}

const EQUIVALENCES = [
  'relatedto',
  'equivalent',
  'equal',
  'wider',
  'subsumes',
  'narrower',
  'specializes',
  'inexact',
  'unmatched',
  'disjoint',
];

/** Both say that there is no target, so they need no code. */
const WITHOUT_TARGET = ['unmatched', 'disjoint'];

/** A mistake in a resource's shape. */
export interface ConceptMapMistake {
  /** JSON pointer of the place: `/group/0/element/2/code`. */
  readonly pointer: string;
  /** `ConceptMap.group[0].element[2].code: is missing` */
  readonly message: string;
}

/** Every mistake of a resource that is no ConceptMap, or none that can be used. */
export class ConceptMapError extends Error {
  override readonly name = 'ConceptMapError';

  constructor(readonly mistakes: readonly ConceptMapMistake[]) {
    super(mistakes.map(({ message }) => message).join('\n'));
  }
}

type Json = Readonly<Record<string, unknown>>;
type Say = (path: string, what: string) => void;

/**
 * Checks a resource and returns it as a ConceptMap.
 *
 * @throws ConceptMapError
 */
export function checkConceptMap(resource: unknown): ConceptMapShape {
  const mistakes: ConceptMapMistake[] = [];
  const say: Say = (path, what) => mistakes.push({ pointer: pointerOf(path), message: `${path}: ${what}` });
  checkResource(resource, say);
  if (mistakes.length > 0) throw new ConceptMapError(mistakes);
  return resource as ConceptMapShape;
}

/** `ConceptMap.group[0].source` is `/group/0/source`. */
function pointerOf(path: string): string {
  return path
    .replace(/^ConceptMap/, '')
    .replaceAll(/\.|\[/g, '/')
    .replaceAll(']', '');
}

function checkResource(resource: unknown, say: Say): void {
  const path = 'ConceptMap';
  if (!isObject(resource)) {
    say(path, 'must be an object');
    return;
  }
  if (resource.resourceType !== 'ConceptMap') say(`${path}.resourceType`, 'must be "ConceptMap"');
  text(resource, 'url', path, say, true);
  text(resource, 'status', path, say, true);
  objects(resource, 'group', path, say, true).forEach(([group, place]) => {
    checkGroup(group, place, say);
  });
}

function checkGroup(group: Json, path: string, say: Say): void {
  text(group, 'source', path, say);
  text(group, 'target', path, say);
  const codes = new Set<string>();
  for (const [element, place] of objects(group, 'element', path, say, true)) {
    const code = text(element, 'code', place, say, true);
    if (code !== undefined && codes.has(code)) say(`${place}.code`, `"${code}" stands in this group already`);
    if (code !== undefined) codes.add(code);
    text(element, 'display', place, say);
    for (const [target, where] of objects(element, 'target', place, say)) checkTarget(target, where, say);
  }
  if (group.unmapped !== undefined) checkUnmapped(group.unmapped, `${path}.unmapped`, say);
}

function checkTarget(target: Json, path: string, say: Say): void {
  const equivalence = text(target, 'equivalence', path, say, true);
  if (equivalence !== undefined && !EQUIVALENCES.includes(equivalence)) {
    say(`${path}.equivalence`, `must be one of ${EQUIVALENCES.join(', ')}`);
  }
  text(target, 'code', path, say, !WITHOUT_TARGET.includes(equivalence ?? ''));
  text(target, 'display', path, say);
  for (const name of ['dependsOn', 'product']) {
    if (target[name] !== undefined) say(`${path}.${name}`, 'is not supported; say the condition in the mapping');
  }
}

function checkUnmapped(unmapped: unknown, path: string, say: Say): void {
  if (!isObject(unmapped)) {
    say(path, 'must be an object');
    return;
  }
  const { mode } = unmapped;
  if (mode !== 'fixed' && mode !== 'provided' && mode !== 'other-map') {
    say(`${path}.mode`, 'must be one of provided, fixed, other-map');
  }
  // FHIR R4 4.10.3, cmd-2 and cmd-3.
  text(unmapped, 'code', path, say, mode === 'fixed');
  text(unmapped, 'display', path, say);
  text(unmapped, 'url', path, say, mode === 'other-map');
}

function text(object: Json, name: string, path: string, say: Say, required = false): string | undefined {
  const value = object[name];
  if (value === undefined) {
    if (required) say(`${path}.${name}`, 'is missing');
    return undefined;
  }
  if (typeof value === 'string' && value.trim() !== '') return value;
  say(`${path}.${name}`, 'must be a text that is not empty');
  return undefined;
}

function objects(object: Json, name: string, path: string, say: Say, required = false): [Json, string][] {
  const value = object[name];
  if (value === undefined && !required) return [];
  if (!Array.isArray(value) || value.length === 0) {
    say(`${path}.${name}`, value === undefined ? 'is missing' : 'must be an array that is not empty');
    return [];
  }
  return (value as unknown[]).flatMap((item, index): [Json, string][] => {
    const place = `${path}.${name}[${String(index)}]`;
    if (isObject(item)) return [[item, place]];
    say(place, 'must be an object');
    return [];
  });
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
