import { choiceName, elementOf, isPrimitive, type ElementDefinition } from '../fhir/elements.js';
import { lacks, needsOfAny, type Needs } from '../xpath/needs.js';
import { suggestion } from '../xpath/nearest.js';
import type { Node } from '../xml/tree.js';
import { compileAccount } from './account.js';
import { withNames } from './bindings.js';
import { reportChoiceTwice, type WrittenElement } from './choice-twice.js';
import { compileBindings, reportUnused } from './compile-bindings.js';
import { inElement } from './columns.js';
import { extensionWriter, writerOf } from './element-writer.js';
import { fillings, elementNames } from './fillings.js';
import { compileIssues } from './issue-rules.js';
import type { Choice, Target } from './part.js';
import type { Run } from './run.js';
import { reportUnfilled } from './required-elements.js';
import { atFragment, inside, mistake, type Scope } from './scope.js';
import { Values } from './values.js';

/**
 * Fills one element of an object. Answers whether the document said something for it, or that a required element is
 * missing.
 */
type Writer = (run: Run, node: Node, object: Record<string, unknown>) => boolean | typeof REJECTED;

/** Tells the ledger or the reader something about a statement that became an object. */
type TellOf = (run: Run, node: Node) => void;

/** A required element is missing, so the object around it is not made. */
export const REJECTED = Symbol('a required element is missing');

export interface ObjectPart {
  readonly fill: Writer;
  readonly elements: readonly ElementPart[];
  readonly literal: boolean;
  /** Bits of names of elements and attributes. If none of them is inside the node, the document says nothing here. */
  readonly needs?: Needs;
}

interface ElementPart {
  /** The name in the mapping: `medication[x]`, `_birthDate`. */
  readonly name: string;
  readonly fill: Writer;
  readonly literal: boolean;
  readonly needs?: Needs;
}

/**
 * Compiles the elements of an object or resource. `$use` beside elements adds the elements of a fragment, except those
 * that the object has itself.
 */
export function compileObject(template: Readonly<Record<string, unknown>>, typePath: string, scope: Scope): ObjectPart {
  const elements: ElementPart[] = [];
  const unknown: string[] = [];
  const written: WrittenElement[] = [];
  const add = (values: Readonly<Record<string, unknown>>, at: Scope, except: Readonly<Record<string, unknown>>) => {
    for (const [name, value] of Object.entries(values)) {
      if (name.startsWith('$') || name === 'resourceType' || (values !== except && Object.hasOwn(except, name)))
        continue;
      const again = elements.some((element) => element.name === name);
      written.push({ name, value, scope: inside(at, name) });
      const element = compileElement(name, value, typePath, inside(at, name), again);
      // The elements of a fragment are filled one by one, so each of them must set up the fragment's names.
      if (element === undefined) unknown.push(name);
      else elements.push(values === except ? element : { ...element, fill: withNames(at.bindings, element.fill) });
    }
  };
  // What fragments tell the ledger and the reader is told after all elements are filled.
  const told: TellOf[] = [];
  const shared = typeof template.$use === 'string' ? [template.$use] : (template.$use ?? []);
  for (const id of shared as readonly string[]) {
    const fragment = scope.environment.fragments.get(id);
    if (fragment === undefined) {
      unknownFragment(inside(scope, '$use'), id);
      unknown.push(id);
    } else if (typeof fragment.value === 'object' && fragment.value !== null) {
      const bindings = compileBindings(fragment.let, inside(atFragment(scope, fragment), 'let'));
      const at: Scope = { ...atFragment(scope, fragment), bindings };
      add(fragment.value as Record<string, unknown>, inside(at, 'value'), template);
      const tellIssues = compileIssues(fragment.issues, inside(at, 'issues'));
      for (const tell of [compileAccount(fragment, at), tellIssues])
        if (tell !== undefined) told.push(withNames(bindings, tell));
      reportUnused(bindings, inside(at, 'let'));
    }
  }
  add(template, scope, template);
  if (!scope.environment.checked) reportChoiceTwice(written, typePath);
  // If there are unknown elements or fragments, missing elements are not reported: an unknown name was probably meant
  // for one of them.
  if (unknown.length === 0) reportUnfilled(typePath, elements, scope);
  for (const tell of told) elements.push({ name: '', literal: true, fill: (run, node) => (tell(run, node), false) });
  // Literals are the same for every document. They alone don't keep an object for which the document says nothing.
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
    mistake(scope, `${typePath} has no element "${plainName}"${suggestion(plainName, elementNames(typePath))}`, 'key');
    return undefined;
  }
  const required = typeof value === 'object' && value !== null && '$required' in value && value.$required === true;
  const without = fillings('$without', value, typePath, scope);
  const beside = fillings('$beside', value, typePath, scope);
  const target = underscored ? extensionsOf(definition) : targetOf(plainName, definition);
  const part = scope.environment.compileValue(value, target, inElement(scope, definition.base ?? definition.name));
  const write = underscored ? extensionWriter(name, definition.array) : writerOf(target, plainName);
  const repeats = target.array || (underscored && definition.array);
  const appends = again && target.array && !target.primitive;
  const { literal, needs, constant } = part;
  if (
    constant !== undefined &&
    scope.environment.traced === false &&
    !repeats &&
    !underscored &&
    without.length === 0 &&
    beside.length === 0
  )
    return { name, literal, fill: (_run, _node, object) => ((object[plainName] = constant), false) };
  return {
    name,
    literal,
    needs,
    fill: (run, node, object) => {
      if (without.length > 0 && without.some((isFilled) => isFilled(object))) return false;
      if (beside.length > 0 && !beside.some((isFilled) => isFilled(object))) return false;
      if (lacks(run.tree, node, needs)) return required ? REJECTED : false;
      const { journal } = run;
      // An element may be filled twice: by the `extension` of a fragment and by that of the mapping.
      const present = appends ? (object[plainName] as unknown[] | undefined) : undefined;
      const out = new Values();
      if (present !== undefined) for (const value of present) out.push(value);
      const before = out.length;
      const { rule, checkpoint } = journal;
      if (journal.traced) {
        journal.path.push(plainName);
        // If the element repeats, what `_name` says belongs to its first value.
        if (repeats) journal.path.push(`[${before}]`);
        journal.rule = `${scope.file.path}#${scope.pointer}`;
      }
      const alive = part.produce(run, node, out, target.array ? Infinity : 1);
      const found = out.length > before;
      if (journal.traced) {
        if (target.choice && found) journal.rename(checkpoint, choiceName(plainName, (out.first as Choice).type));
        journal.path.length -= repeats ? 2 : 1;
        journal.rule = rule;
      }
      if (found) {
        if (journal.traced) write(object, out, (places) => journal.move(checkpoint, plainName, places));
        else write(object, out);
      } else if (required) return REJECTED;
      // Nothing came of what was read, so it decided nothing.
      else journal.rollback(checkpoint);
      return alive;
    },
  };
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
    simple: definition.simple === true,
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
