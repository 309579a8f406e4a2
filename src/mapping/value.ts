import { codesOf } from '../fhir/elements.js';
import { lacks, needsOfAny } from '../xpath/needs.js';
import { suggestion } from '../xpath/nearest.js';
import { compileAbsent } from './directives/absent.js';
import { compileCode } from './directives/code.js';
import { compileEach } from './directives/each.js';
import { compileFirst } from './directives/first.js';
import { compileFrom } from './directives/from.js';
import { compileMade } from './directives/made.js';
import { compileMap } from './directives/map.js';
import { compileNarrative } from './directives/narrative.js';
import { compileRef } from './directives/ref.js';
import { compileResource } from './directives/resource.js';
import { compileTargets } from './directives/targets.js';
import { compileUse } from './directives/use.js';
import { compileWhen } from './directives/when.js';
import { reportIgnored } from './ignored-members.js';
import { directives } from './language.js';
import { compileObject, REJECTED } from './object.js';
import { NOTHING, type CompiledPart, type Target, type Template } from './part.js';
import { requiredElements } from './required-elements.js';
import { inside, mistake, ruleOf, type Scope } from './scope.js';
import { tracedPart } from './traced-part.js';
import { pieceWhenAsked } from './when-asked.js';

/** Compiles any piece of a template: literal, `= selector`, list, object or directive. */
export function compileValue(template: unknown, target: Target, scope: Scope): CompiledPart {
  const { environment } = scope;
  if (environment.traced !== false)
    return tracedPart(compilePiece(template, target, scope), target, ruleOf(scope), environment.traced);
  const { needs, notePiece } = environment;
  const place = needs === undefined && notePiece === undefined ? '' : ruleOf(scope);
  if (needs?.has(place)) return pieceWhenAsked(needs.get(place), () => compilePiece(template, target, scope));
  const part = compilePiece(template, target, scope);
  // A literal is the same for every document, so its needs are not noted.
  if (!part.literal) notePiece?.(place, part.needs);
  return part;
}

function compilePiece(template: unknown, target: Target, scope: Scope): CompiledPart {
  if (typeof template === 'string') {
    return template.startsWith('=')
      ? compileFrom({ $from: template.slice(1) }, target, scope, 1)
      : compileLiteral(template, target, scope);
  }
  if (typeof template === 'number' || typeof template === 'boolean') return compileLiteral(template, target, scope);
  if (Array.isArray(template)) return compileList(template, target, scope);
  if (typeof template === 'object' && template !== null) return compileTemplate(template as Template, target, scope);
  mistake(scope, `null says nothing; leave "${target.name}" out`);
  return NOTHING;
}

function compileList(items: readonly unknown[], target: Target, scope: Scope): CompiledPart {
  if (!target.array)
    mistake(scope, `"${target.name}" takes one value; use { "$first": [ … ] } to say which comes first`);
  const parts = items.map((item, index) => compileValue(item, target, inside(scope, index)));
  return {
    literal: parts.every((part) => part.literal),
    needs: needsOfAny(parts.map((part) => part.needs)),
    produce: (run, node, out, limit) => {
      let alive = false;
      for (const part of parts) {
        if (out.length >= limit) break;
        if (lacks(run.tree, node, part.needs)) continue;
        run.at(out.length, target.array);
        const before = out.length;
        const { checkpoint } = run.journal;
        if (part.produce(run, node, out, limit)) alive = true;
        // If nothing came of what was read, it decided nothing. If the value only repeats what is already there, the
        // marks stay with the earlier one.
        else if (out.length === before) run.journal.rollback(checkpoint);
      }
      return alive;
    },
  };
}

/** The directives in the order in which they take their part of an object. What one leaves over goes to the next. */
const compilers: readonly Directive[] = [
  { name: '$when', compile: compileWhen },
  { name: '$each', compile: compileEach },
  { name: '$first', compile: compileFirst },
  { name: '$map', compile: compileMap },
  { name: '$from', compile: compileFrom },
  { name: '$code', compile: compileCode },
  { name: '$absent', compile: compileAbsent },
  { name: '$resource', compile: compileResource },
  { name: '$ref', compile: compileRef },
  { name: '$made', compile: compileMade },
  { name: '$narrative', compile: compileNarrative },
  { name: '$targets', compile: compileTargets },
  {
    name: '$value',
    compile: (template, target, scope) => compileValue(template.$value, target, inside(scope, '$value')),
  },
];

interface Directive {
  readonly name: string;
  readonly compile: (template: Template, target: Target, scope: Scope) => CompiledPart;
}

function compileTemplate(template: Template, target: Target, scope: Scope): CompiledPart {
  for (const key of Object.keys(template)) {
    if (key.startsWith('$') && !directives.has(key)) {
      mistake(inside(scope, key), noDirective(key), 'key');
      return NOTHING;
    }
  }
  const directive = compilers.find(({ name }) => Object.hasOwn(template, name));
  if (directive !== undefined) {
    // $when and $each leave the rest of the object, which is compiled after them. All other directives give the whole
    // value.
    if (directive.name !== '$when' && directive.name !== '$each') reportIgnored(template, directive.name, scope);
    return directive.compile(template, target, scope);
  }
  if ('$use' in template && Object.keys(template).every((key) => key.startsWith('$')))
    return compileUse(template, target, scope);
  if (target.primitive) {
    mistake(scope, `"${target.name}" is a ${target.types[0] ?? 'primitive'}; it can't be an object`);
    return NOTHING;
  }
  if (target.choice) {
    mistake(
      scope,
      `"${target.name}" needs its type in its name to be spelt out: ${target.types
        .slice(0, 3)
        .map((t) => target.name.slice(0, -3) + t)
        .join(', ')}, …`,
    );
    return NOTHING;
  }
  const { fill, literal, needs } = compileObject(template, target.typePath, scope);
  const complete = requiredElements(target.typePath);
  return {
    literal,
    needs,
    produce: (run, node, out) => {
      const object = {};
      const { checkpoint } = run.journal;
      const alive = fill(run, node, object);
      if (alive !== REJECTED && (alive || literal)) {
        complete(object);
        out.push(object);
      } else run.journal.rollback(checkpoint);
      return alive === true;
    },
  };
}

function compileLiteral(value: string | number | boolean, target: Target, scope: Scope): CompiledPart {
  const type = target.types[0] ?? '';
  if (target.choice || !target.primitive) {
    mistake(
      scope,
      `"${target.name}" can't be the literal ${JSON.stringify(value)}${typeof value === 'string' ? `; a selector starts with "= "` : ''}`,
    );
    return NOTHING;
  }
  const wanted =
    type === 'boolean' ? 'boolean' : /^(integer|decimal|positiveInt|unsignedInt)$/.test(type) ? 'number' : 'string';
  if (typeof value !== wanted) mistake(scope, `"${target.name}" is a ${type}, not a ${typeof value}`);
  if (target.binding?.strength === 'required' && type === 'code') {
    const codes = codesOf(target.binding.valueSet);
    if (codes !== undefined && !codes.has(String(value))) {
      mistake(
        scope,
        `"${String(value)}" is not a code of ${target.binding.valueSet}${suggestion(String(value), codes.keys())}`,
      );
    }
  }
  return { literal: true, constant: value, produce: (_run, _node, out) => (out.push({ value }), false) };
}

function noDirective(key: string): string {
  if (key === '$patch') return '"$patch" stands at the top of a sender\'s file, with whole paths: "/resource/note/-"';
  return `there is no directive "${key}"${suggestion(key, directives.keys())}`;
}
