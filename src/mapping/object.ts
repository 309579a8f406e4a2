import { elementOf, elementsOf, isPrimitive, type ElementDefinition } from '../fhir/elements.js';
import { setPrimitive, type Primitive } from '../fhir/primitive.js';
import { needsOfAny, type Needs } from '../xpath/needs.js';
import { suggestion } from '../xpath/nearest.js';
import type { Node } from '../xml/tree.js';
import { TARGET, type PendingReference } from './mapped-resource.js';
import type { Choice, Target } from './part.js';
import type { Run } from './run.js';
import { inFragment, inside, mistake, type Scope } from './scope.js';
import { compileValue } from './value.js';

/** Fills one element of an object; answers whether the document had a say, or that a required element is missing. */
type Writer = (run: Run, node: Node, object: Record<string, unknown>) => boolean | typeof REJECTED;

/** A required element is missing: the object around it is not made. */
export const REJECTED = Symbol('a required element is missing');

export interface ObjectPart {
  readonly fill: Writer;
  readonly elements: readonly ElementPart[];
  readonly literal: boolean;
  /** Names of which one must stand inside the node for the document to have a say. */
  readonly needs?: Needs;
}

interface ElementPart {
  /** As the mapping writes it: `medication[x]`, `_birthDate`. */
  readonly name: string;
  readonly fill: Writer;
  readonly literal: boolean;
  readonly needs?: Needs;
}

/**
 * Compiles the elements of an object or resource. `$use` beside elements adds those of a fragment that the object
 * doesn't state itself.
 */
export function compileObject(template: Readonly<Record<string, unknown>>, typePath: string, scope: Scope): ObjectPart {
  const elements: ElementPart[] = [];
  const add = (values: Readonly<Record<string, unknown>>, at: Scope, except: Readonly<Record<string, unknown>>) => {
    for (const [name, value] of Object.entries(values)) {
      if (name.startsWith('$') || name === 'resourceType' || (values !== except && name in except)) continue;
      const again = elements.some((element) => element.name === name);
      const element = compileElement(name, value, typePath, inside(at, name), again);
      if (element !== undefined) elements.push(element);
    }
  };
  const shared = typeof template.$use === 'string' ? [template.$use] : (template.$use ?? []);
  for (const id of shared as readonly string[]) {
    const fragment = scope.environment.fragments.get(id);
    if (fragment === undefined) unknownFragment(inside(scope, '$use'), id);
    else if (typeof fragment.value === 'object' && fragment.value !== null) {
      add(fragment.value as Record<string, unknown>, inFragment(scope, fragment), template);
    }
  }
  add(template, scope, template);
  // What says the same of every document doesn't keep an object for which there is nothing else to say.
  const telling = elements.filter(({ literal }) => !literal);
  return {
    literal: telling.length === 0,
    needs: telling.length === 0 ? undefined : needsOfAny(telling.map(({ needs }) => needs)),
    fill: fillAll(elements.map(({ fill }) => fill)),
    elements,
  };
}

export function unknownFragment(scope: Scope, id: string): void {
  mistake(scope, `there is no fragment "${id}"${suggestion(id, scope.environment.fragments.keys())}`);
}

function fillAll(writers: readonly Writer[]): Writer {
  return (run, node, object) => {
    let alive = false;
    for (const write of writers) {
      const wrote = write(run, node, object);
      if (wrote === REJECTED) return REJECTED;
      alive ||= wrote;
    }
    return alive;
  };
}

function compileElement(
  name: string,
  value: unknown,
  typePath: string,
  scope: Scope,
  again: boolean,
): ElementPart | undefined {
  const underscored = name.startsWith('_');
  const plainName = underscored ? name.slice(1) : name;
  const definition = elementOf(typePath, plainName);
  if (definition === undefined) {
    mistake(scope, `${typePath} has no element "${plainName}"${suggestion(plainName, namesOf(typePath))}`, 'key');
    return undefined;
  }
  const required = typeof value === 'object' && value !== null && '$required' in value && value.$required === true;
  const without = fillings('$without', value, typePath, scope);
  const beside = fillings('$beside', value, typePath, scope);
  const target = underscored ? extensionsOf(definition) : targetOf(plainName, definition);
  const part = compileValue(value, target, scope);
  const write = underscored ? extensionWriter(name, definition.array) : writerOf(target, plainName);
  const isReference = target.types[0] === 'Reference';
  const repeats = target.array || (underscored && definition.array);
  const appends = again && target.array && !target.primitive;
  const { literal, needs } = part;
  return {
    name,
    literal,
    needs,
    fill: (run, node, object) => {
      if (without.length > 0 && without.some((isFilled) => isFilled(object))) return false;
      if (beside.length > 0 && !beside.some((isFilled) => isFilled(object))) return false;
      if (needs !== undefined && (run.tree.inside[node]! & needs) === 0) return required ? REJECTED : false;
      const { journal } = run;
      // An element may be filled twice: by a fragment's `extension` and by the mapping's own through `$use`.
      const present = appends ? (object[plainName] as unknown[] | undefined) : undefined;
      const out = present === undefined ? [] : [...present];
      const before = out.length;
      const { rule, checkpoint } = journal;
      if (journal.traced) {
        journal.path.push(plainName);
        // What `_name` says of an element that repeats goes with its first value.
        if (repeats) journal.path.push(`[${before}]`);
        journal.rule = `${scope.file.path}#${scope.pointer}`;
      }
      const alive = part.produce(run, node, out, target.array ? Infinity : 1);
      const found = out.length > before;
      if (journal.traced) {
        if (target.choice && found) journal.rename(checkpoint, choiceName(plainName, (out[0] as Choice).type));
        journal.path.length -= repeats ? 2 : 1;
        journal.rule = rule;
      }
      if (found) write(object, isReference && target.array ? eachOnce(out) : target.array ? exact(out) : out);
      else if (required) return REJECTED;
      // What was read for nothing decided nothing.
      else journal.rollback(checkpoint);
      return alive;
    },
  };
}

/** A list that grew keeps room for seventeen; nearly all of them hold one value, and live as long as the Bundle. */
function exact(values: readonly unknown[]): readonly unknown[] {
  return values.length === 1 ? [values[0]] : values.slice();
}

/** Several statements may be one resource, and who performed may be who wrote: they are referred to once. */
function eachOnce(references: readonly unknown[]): readonly unknown[] {
  if (references.length === 1) return exact(references);
  const targets = new Set<unknown>();
  return references.filter((reference) => {
    const target = (reference as PendingReference)[TARGET];
    if (target === undefined || !targets.has(target)) return targets.add(target);
    return false;
  });
}

/**
 * Whether the elements of the same object that a directive names are filled. A reason why there is none fills an element
 * for `$without`; for `$beside` only a value does.
 */
function fillings(
  directive: '$without' | '$beside',
  value: unknown,
  typePath: string,
  scope: Scope,
): ((object: object) => boolean)[] {
  const given =
    typeof value === 'object' && value !== null && directive in value
      ? (value as Readonly<Record<string, unknown>>)[directive]
      : [];
  const names = (Array.isArray(given) ? given : [given]) as readonly string[];
  for (const name of names) {
    if (typeof name !== 'string' || elementOf(typePath, name) === undefined)
      mistake(inside(scope, directive), `${typePath} has no element "${name}"${suggestion(name, namesOf(typePath))}`);
  }
  const excuse = directive === '$without';
  return names.map((name) => {
    if (!name.endsWith('[x]')) return (object) => name in object || (excuse && `_${name}` in object);
    const choice = new RegExp(`^${excuse ? '_?' : ''}${name.slice(0, -3)}[A-Z]`);
    return (object) => Object.keys(object).some((key) => choice.test(key));
  });
}

/** Every name that a mapping may write for an element of the type, choices spelt out. */
function namesOf(typePath: string): string[] {
  return elementsOf(typePath).flatMap((element) =>
    element.name.endsWith('[x]')
      ? [element.name, ...element.types.map((type) => choiceName(element.name, type))]
      : [element.name],
  );
}

function choiceName(name: string, type: string): string {
  return name.slice(0, -3) + type[0]!.toUpperCase() + type.slice(1);
}

function targetOf(name: string, definition: ElementDefinition): Target {
  const choice = name.endsWith('[x]');
  return {
    name,
    types: definition.types,
    choice,
    array: definition.array,
    typePath: definition.path ?? definition.types[0] ?? 'Element',
    primitive: !choice && isPrimitive(definition.types[0] ?? ''),
    binding: definition.binding,
    targets: definition.targets,
  };
}

/** `_birthDate` is an Element with extensions beside the value (FHIR R4 2.6.2). */
function extensionsOf(definition: ElementDefinition): Target {
  return {
    name: definition.name,
    types: ['Element'],
    typePath: 'Element',
    choice: false,
    array: false,
    primitive: false,
  };
}

type Write = (object: Record<string, unknown>, out: readonly unknown[]) => void;

/** Of an element that repeats, what `_name` says is about its first value (FHIR R4 2.6.2.3). */
function extensionWriter(name: string, array: boolean): Write {
  return (object, out) => {
    const own = out[0] as { extension?: unknown[] };
    if (!array) return mergeExtensions(object, name, own);
    const values = (object[name.slice(1)] ?? [null]) as readonly unknown[];
    const present = (object[name] ?? []) as readonly unknown[];
    const first: Record<string, unknown> = { [name]: present[0] ?? undefined };
    mergeExtensions(first, name, own);
    object[name] = values.map((_, index) => (index === 0 ? first[name] : (present[index] ?? null)));
  };
}

function writerOf(target: Target, name: string): Write {
  if (target.choice) {
    return (object, out) => {
      const { type, value } = out[0] as Choice;
      const chosen = choiceName(name, type);
      if (isPrimitive(type)) writePrimitive(object, chosen, value as Primitive);
      else object[chosen] = value;
    };
  }
  if (target.primitive && target.array)
    return (object, out) => writePrimitives(object, name, out as readonly Primitive[]);
  if (target.primitive) return (object, out) => writePrimitive(object, name, out[0] as Primitive);
  if (target.array) {
    return (object, out) => {
      object[name] = out;
    };
  }
  return (object, out) => {
    object[name] = out[0];
  };
}

function writePrimitive(object: Record<string, unknown>, name: string, primitive: Primitive): void {
  if (primitive.extension === undefined) return setPrimitive(object, name, primitive);
  const present = object[`_${name}`] as { extension?: unknown[] } | undefined;
  setPrimitive(object, name, primitive);
  // The mapping's own `_name` may have come first.
  if (present !== undefined) mergeExtensions(object, `_${name}`, present);
}

function writePrimitives(object: Record<string, unknown>, name: string, primitives: readonly Primitive[]): void {
  // An array with a null where a primitive has no value, and `_name` beside it (FHIR R4 2.6.2.3).
  object[name] = primitives.map(({ value }) => value ?? null);
  if (primitives.some(({ extension }) => extension !== undefined)) {
    object[`_${name}`] = primitives.map(({ extension }) => (extension === undefined ? null : { extension }));
  }
}

/** What the mapping itself says of a primitive stands first, so that its place doesn't depend on the document. */
function mergeExtensions(object: Record<string, unknown>, name: string, own: { extension?: unknown[] }): void {
  const present = (object[name] as { extension?: unknown[] } | undefined)?.extension ?? [];
  object[name] = { ...own, extension: [...(own.extension ?? []), ...present] };
}
