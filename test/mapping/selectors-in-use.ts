import { readMappingFiles } from '../../src/mapping/read-files.js';
import { parseSelector } from '../../src/xpath/grammar.js';
import type { Span, Syntax } from '../../src/xpath/syntax.js';

/** A selector as it stands in a mapping set, and where it starts. */
export interface SelectorInUse {
  readonly text: string;
  /** Names of the elements that its mapping stands on; none for a path, which starts at the document. */
  readonly on: readonly string[];
  /** The selectors around it, from those elements to where it starts: `$each` in `$each`. */
  readonly via: readonly string[];
}

interface NamedSelector {
  readonly test?: string;
  readonly any?: readonly string[];
  readonly all?: readonly string[];
  readonly nodes?: string | readonly string[];
}

/** A condition as one selector. */
function inOne({ test, any, all, nodes }: NamedSelector): string {
  const joined = (parts: readonly string[], by: string) => parts.map((part) => `(${part})`).join(by);
  if (any !== undefined) return joined(any, ' or ');
  if (all !== undefined) return joined(all, ' and ');
  return test ?? (typeof nodes === 'string' ? nodes : joined(nodes ?? [], ' | '));
}

type Json = Readonly<Record<string, unknown>>;

/** Directives whose value is a selector from where they stand. */
const SELECTORS = ['$from', '$when', '$made', '$narrative'];

/** Every selector of a folder of mappings, each once for each place that it starts from, its conditions, names and lists spelt out. */
export function selectorsInUse(folder: string): readonly SelectorInUse[] {
  const files = readMappingFiles(folder, []);
  const { conditions: named = {} } = (files.conditions?.value ?? {}) as {
    conditions?: Readonly<Record<string, NamedSelector>>;
  };
  const conditions = Object.entries(named);
  // The last first, since each may name those before it.
  const { lists = {} } = (files.codeLists?.value ?? {}) as { lists?: Readonly<Record<string, { codes: object }>> };
  const withCodes = (text: string) =>
    text.replace(/one-of\('([a-z-]+)'\)/g, (_call, name: string) => {
      return `(${Object.keys(lists[name]!.codes)
        .map((code) => `'${code}'`)
        .join()})`;
    });
  const spelt = (text: string) =>
    withCodes(
      conditions.reduceRight((rest, [name, named]) => rest.replaceAll(callOf(name), `(${inOne(named)})`), text),
    );
  const fragments = new Map(
    files.fragments.map(({ path, value }) => [path.replace(/^fragments\/|\.json$/g, ''), value as Json]),
  );
  const found = new Map<string, SelectorInUse>();
  // Most texts stand in many places, and reading one takes long.
  const known = new Map<string, string>();
  const inFull = (text: string): string => {
    const full = known.get(text) ?? withoutLists(spelt(text));
    known.set(text, full);
    return full;
  };
  for (const file of files.mappings) {
    const mapping = file.value as Json;
    const on = mapping.on as readonly string[];
    let here: Names = { names: mapping.let as Json | undefined, via: 0 };
    const whole = (text: string) => inFull(withoutNames(text, here.names));
    const add = (text: unknown, via: readonly string[], from = on) => {
      if (typeof text !== 'string') return;
      // A name stands for nodes from where its file starts, and so does a selector that begins with one.
      const start = /^\s*\$[\w-]+/.test(text) && withoutNames(text, here.names) !== text ? via.slice(0, here.via) : via;
      if (start.length !== here.via && withoutNames(text, here.names) !== text) return;
      const use = { text: whole(text), on: from, via: start.map(whole) };
      found.set(JSON.stringify(use), use);
    };
    const addMatch = (match: Json): void => {
      add(match.where, []);
      add(match.path, [], []);
      for (const other of listed(match.any) as Json[]) addMatch(other);
    };
    for (const match of listed(mapping.match) as Json[]) addMatch(match);
    for (const text of listed((mapping.identity as Json | undefined)?.by).flatMap(listed)) add(text, []);
    for (const text of accountOf(mapping)) add(text, []);
    addGroup(mapping.group as Json | undefined, add);
    addTemplate(mapping.resource, [], new Set());

    function addFragment(fragment: Json | undefined, via: readonly string[], within: ReadonlySet<string>): void {
      const outer = here;
      here = { names: fragment?.let as Json | undefined, via: via.length };
      for (const text of accountOf(fragment)) add(text, via);
      addTemplate(fragment?.value, via, within);
      here = outer;
    }

    function addTemplate(template: unknown, via: readonly string[], within: ReadonlySet<string>): void {
      if (typeof template === 'string' && template.startsWith('=')) add(template.slice(1), via);
      if (Array.isArray(template)) for (const item of template) addTemplate(item, via, within);
      if (typeof template !== 'object' || template === null || Array.isArray(template)) return;
      const { $each, $sort, ...rest } = template as Json;
      add($each, via);
      const inner = typeof $each === 'string' ? [...via, whole($each)] : via;
      add($sort, inner);
      for (const [key, value] of Object.entries(rest)) {
        if (key === '$use') {
          // A fragment may use itself: sections in sections.
          for (const id of listed(value) as string[])
            if (!within.has(id)) addFragment(fragments.get(id), inner, new Set([...within, id]));
        } else if (SELECTORS.includes(key)) add(value, key === '$when' ? via : inner);
        else addTemplate(value, inner, within);
      }
    }
  }
  return [...found.values()];
}

/** The names that a file gives to nodes, and how many selectors lead to where it starts. */
interface Names {
  readonly names: Json | undefined;
  readonly via: number;
}

/** The last first, since each may name those before it. */
function withoutNames(text: string, names: Json = {}): string {
  return Object.entries(names).reduceRight(
    (rest, [name, selector]) => rest.replace(new RegExp(`\\$${name}(?![\\w-])`, 'g'), `(${String(selector)})`),
    text,
  );
}

/** `@code=('a','b')` as XPath 1.0 says it. */
function withoutLists(text: string): string {
  const lists = listsIn(parseSelector(text));
  if (lists.length === 0) return text;
  const spelt = (start: number, end: number): string => {
    let at = start;
    const parts: string[] = [];
    // The outermost first; those inside of its left side are spelt out with it.
    for (const { left, values, end: after } of lists) {
      if (left.start < at || after > end) continue;
      parts.push(text.slice(at, left.start));
      const side = spelt(left.start, left.end);
      parts.push(`(${values.map((value) => `${side}=${text.slice(value.start, value.end)}`).join(' or ')})`);
      at = after;
    }
    return parts.join('') + text.slice(at, end);
  };
  return spelt(0, text.length);
}

/** A comparison with a list: from the start of its left side to its end. */
interface ListComparison {
  readonly left: Syntax;
  readonly values: readonly Span[];
  readonly end: number;
}

/** In the order of the text, the outer before the inner. */
function listsIn(syntax: Syntax): readonly ListComparison[] {
  const found: ListComparison[] = [];
  const visit = (part: Syntax): void => {
    switch (part.kind) {
      case 'operation':
        if (part.right.kind === 'texts') {
          found.push({ left: part.left, values: part.right.values, end: part.right.end });
        }
        visit(part.left);
        visit(part.right);
        break;
      case 'union':
        visit(part.left);
        visit(part.right);
        break;
      case 'negation':
        visit(part.operand);
        break;
      case 'call':
        part.arguments.forEach(visit);
        break;
      case 'path':
        if (part.filter !== undefined) [part.filter.expression, ...part.filter.predicates].forEach(visit);
        for (const { predicates } of part.steps) predicates.forEach(visit);
        break;
    }
  };
  visit(syntax);
  return found.sort((one, other) => one.left.start - other.left.start || other.end - one.end);
}

function accountOf({ ignore, repeats }: Json = {}): readonly unknown[] {
  return [...Object.keys(ignore ?? {}), ...Object.entries((repeats ?? {}) as Record<string, string>).flat()];
}

function callOf(condition: string): RegExp {
  return new RegExp(`(?<![\\w-])${condition}\\(\\)`, 'g');
}

function addGroup(group: Json | undefined, add: (text: unknown, via: readonly string[]) => void): void {
  if (typeof group?.within !== 'string' || typeof group.of !== 'string') return;
  add(group.within, []);
  add(group.of, [group.within]);
  for (const text of [...listed(group.by), group.apart, group.main]) add(text, [group.within, group.of]);
}

function listed(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as unknown[]) : [value];
}
