import { isDeepStrictEqual } from 'node:util';
import { cdaTypeOf, familyOf } from '../../cda/data-type.js';
import { conversionTo, choose, type TypeConversion } from '../../fhir/conversions.js';
import { fromText } from '../../fhir/from-text.js';
import type { Primitive } from '../../fhir/primitive.js';
import { isElement, NONE, valueOf, type Node } from '../../xml/tree.js';
import { NOTHING, type CompiledPart, type Produce, type Target, type Template } from '../part.js';
import type { Run } from '../run.js';
import { inside, mistake, type Scope } from '../scope.js';
import { selectorAt, type TypedSelector } from '../selectors.js';
import { isExcuse } from './first.js';
import type { Values } from '../values.js';

/**
 * `"= effectiveTime/low"` or `{ "$from": … }`: converts nodes to the type of the element. The CDA type is the
 * `xsi:type` in the document, else that of the CDA model; the FHIR type comes from the R4 tables.
 */
export function compileFrom(template: Template, target: Target, scope: Scope, shift = 0): CompiledPart {
  const { $from, $join, $type, $prefer, $present } = template;
  const from = selectorAt(shift === 0 ? inside(scope, '$from') : scope, $from, shift);
  if (from === undefined) return NOTHING;
  if (typeof $join === 'string')
    return { literal: false, needs: from.selector.needs, produce: joined(from, $join, scope) };
  if (from.selector.type !== 'nodes') return { literal: false, produce: computed(from, target, scope) };

  const given = typeof $type === 'string' ? new Set([$type]) : from.types;
  const types = typesOf(target);
  const conversion = target.choice ? undefined : conversionTo(types[0] ?? '');
  if (!target.choice && conversion === undefined) {
    mistake(
      scope,
      `nothing in a document converts to ${target.types.join(' or ')}; "${target.name}" needs its elements spelt out, or $resource`,
    );
    return NOTHING;
  }
  if (conversion !== undefined) checkTypes(given, conversion, target, scope);
  const onlyType = typeOf(given);
  const systems = Array.isArray($prefer) ? ($prefer as string[]) : [];
  const { column } = scope;
  const convert = (run: Run, node: Node): unknown => {
    run.column = column;
    if (!isElement(run.tree, node)) return fromText(run, node, target.types[0] ?? '');
    const type = typeof $type === 'string' ? $type : cdaTypeOf(run.tree, node, onlyType);
    let value: unknown;
    if (conversion === undefined) value = choose(run, node, type, types);
    else if (conversion.from.has(familyOf(type))) value = conversion.convert(run, node, type, systems);
    return $present === true && value !== undefined && isExcuse(value, target) ? undefined : value;
  };
  return {
    literal: false,
    needs: from.selector.needs,
    produce: conversion?.all === undefined ? each(from, target, convert) : all(from, conversion.all),
  };
}

/** The types of an element, as the conversions name them. A Quantity without comparator is a type of its own. */
function typesOf({ types, simple }: Target): readonly string[] {
  return simple === true ? types.map((type) => (type === 'Quantity' ? 'SimpleQuantity' : type)) : types;
}

/**
 * The CDA type of an element without xsi:type. CD and CE are read alike, so a choice between them counts as one type.
 */
function typeOf(types: ReadonlySet<string> | undefined): string | undefined {
  const [type, ...others] = types ?? [];
  return type !== undefined && others.every((other) => familyOf(other) === familyOf(type)) ? type : undefined;
}

function checkTypes(
  types: ReadonlySet<string> | undefined,
  conversion: TypeConversion,
  target: Target,
  scope: Scope,
): void {
  for (const type of types ?? []) {
    if (type === 'ANY' || conversion.from.has(familyOf(type))) continue;
    mistake(
      scope,
      `${type} can't become ${target.types[0] ?? ''} for "${target.name}"; that is made of ${[...conversion.from].join(', ')}`,
    );
  }
}

function each({ selector }: TypedSelector, target: Target, convert: (run: Run, node: Node) => unknown): Produce {
  return (run, node, out, limit) => {
    let alive = false;
    if (limit - out.length === 1) {
      // Usually the first node gives the value, or there is none. So no list is made.
      const { checkpoint } = run.journal;
      const first = selector.first(run, node);
      if (first === NONE) return false;
      const value = convert(run, first);
      if (value !== undefined) {
        out.push(value);
        return true;
      }
      run.journal.rollback(checkpoint);
    }
    for (const selected of selector.nodes(run, node)) {
      if (out.length >= limit) break;
      run.at(out.length, target.array);
      const { checkpoint } = run.journal;
      const value = convert(run, selected);
      const same = value === undefined ? -1 : sameCoding(value, out, target);
      if (value === undefined) run.journal.rollback(checkpoint);
      else if (same >= 0) {
        // Two values are the same. One is kept, and it stands for both places.
        run.journal.rollback(checkpoint);
        run.at(same, target.array);
        convert(run, selected);
      } else {
        out.push(value);
        alive = true;
      }
    }
    return alive;
  };
}

/** Codings are a set. If the same coding is already there, it stands for both. */
function sameCoding(value: unknown, out: Values, target: Target): number {
  if (target.typePath !== 'Coding') return -1;
  for (let index = 0; index < out.length; index++) if (isDeepStrictEqual(out.at(index), value)) return index;
  return -1;
}

/** Types that take all nodes at once. Example: the several effectiveTimes of a medication are one Timing. */
function all({ selector }: TypedSelector, convert: NonNullable<TypeConversion['all']>): Produce {
  return (run, node, out) => {
    const nodes = selector.nodes(run, node);
    const value = nodes.length === 0 ? undefined : convert(run, nodes);
    if (value === undefined) return false;
    out.push(value);
    return true;
  };
}

/** `= concat(…)`, `= count(…) > 1`: a text, a number or a truth value. */
function computed({ selector }: TypedSelector, target: Target, scope: Scope): Produce {
  if (!target.primitive)
    mistake(scope, `"${target.name}" is a ${target.types[0] ?? ''}; this selector gives a ${selector.type}`);
  return (run, node, out) => {
    const { checkpoint } = run.journal;
    let primitive: Primitive | undefined;
    if (selector.type === 'boolean') primitive = { value: selector.boolean(run, node) };
    else if (selector.type === 'number') primitive = { value: selector.number(run, node) };
    else {
      const text = selector.string(run, node).trim();
      if (text !== '') primitive = { value: text };
    }
    if (primitive === undefined || Number.isNaN(primitive.value)) {
      run.journal.rollback(checkpoint);
      return false;
    }
    for (const fact of selector.sources(run, node)) run.journal.mapped(fact, '');
    out.push(primitive);
    return true;
  };
}

function joined({ selector }: TypedSelector, separator: string, { column }: Scope): Produce {
  return (run, node, out) => {
    run.column = column;
    const texts = new Set<string>();
    for (const selected of selector.nodes(run, node)) {
      const value = isElement(run.tree, selected)
        ? (
            conversionTo('string')?.convert(run, selected, cdaTypeOf(run.tree, selected, undefined), []) as
              Primitive<string> | undefined
          )?.value
        : valueOf(run.tree, selected).trim();
      if (value === undefined || value === '') continue;
      texts.add(value);
      if (!isElement(run.tree, selected)) run.journal.mapped(selected, '');
    }
    if (texts.size === 0) return false;
    out.push({ value: [...texts].join(separator) });
    return true;
  };
}
