import type { Environment } from './scope.js';
import { inside, mistake, ruleOf, type Scope } from './scope.js';
import { plainName } from '../terminology/systems.js';
import { suggestion } from '../xpath/nearest.js';
import type { MappingFile } from './mapping-file.js';

/** The values that a template fixes. A statement that has them says nothing more by them. */
export interface TemplateFacts {
  readonly moodCode: ReadonlySet<string>;
  readonly code: ReadonlySet<string>;
  readonly statusCode: ReadonlySet<string>;
  /** Why there is no code: the values of `code/@nullFlavor` that the template fixes. */
  readonly nullFlavor: ReadonlySet<string>;
  /** For a statement that only wraps others: the reason why its code and status say nothing of their own. */
  readonly frame: { readonly reason: string; readonly rule: string } | undefined;
}

/** What the templates of CDA documents fix: `templates.json` and the file that is kept by hand beside it. */
export interface FixedFacts {
  /** By templateId/@root. */
  readonly templates: ReadonlyMap<string, TemplateFacts>;
  /** By a code that alone tells the template of a statement: the templates that fix it. */
  readonly codes: ReadonlyMap<string, readonly TemplateFacts[]>;
  /** By the name of an element: values that any such statement has. */
  readonly elements: ReadonlyMap<string, TemplateFacts>;
  /** By OID of a code system: codes that are known to be in it. */
  readonly systems: ReadonlyMap<string, ReadonlySet<string>>;
  /** By code: its names, in the form of `plainName`. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
}

const FACTS = ['moodCode', 'code', 'statusCode', 'nullFlavor'] as const;
const KEYS: readonly string[] = [...FACTS, 'frame', '$comment'];

/** Reads the files that say what templates fix. If two of them name the same template, their values are joined. */
export function fixedFacts(files: readonly MappingFile[], environment: Environment): FixedFacts {
  const templates = new Map<string, TemplateFacts>();
  const elements = new Map<string, TemplateFacts>();
  const systems = new Map<string, ReadonlySet<string>>();
  const names = new Map<string, Set<string>>();
  const telling = new Set<string>();
  for (const file of files) {
    const source = (file.value ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    const top: Scope = { environment, file, pointer: '', context: undefined };
    for (const [oid, facts] of Object.entries(source.templates ?? {}))
      templates.set(oid, factsOf(facts, inside(inside(top, 'templates'), oid), templates.get(oid)));
    for (const [element, facts] of Object.entries(source.elements ?? {}))
      elements.set(element, factsOf(facts, inside(inside(top, 'elements'), element), undefined));
    for (const [oid, codes] of Object.entries(source.systems ?? {})) systems.set(oid, new Set(texts(codes)));
    for (const code of texts(source.telling)) telling.add(code);
    for (const [code, given] of Object.entries(source.names ?? {})) {
      const known = names.get(code) ?? new Set<string>();
      for (const name of texts(given)) known.add(plainName(name));
      names.set(code, known);
    }
  }
  const all = [...templates.values()];
  const codes = new Map([...telling].map((code) => [code, all.filter((facts) => facts.code.has(code))]));
  return { templates, codes, elements, systems, names };
}

function factsOf(source: unknown, scope: Scope, before: TemplateFacts | undefined): TemplateFacts {
  const facts = (typeof source === 'object' && source !== null ? source : {}) as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(facts))
    if (!KEYS.includes(key)) mistake(inside(scope, key), `a template has no "${key}"${suggestion(key, KEYS)}`, 'key');
  const of = (key: (typeof FACTS)[number]): ReadonlySet<string> =>
    new Set([...(before?.[key] ?? []), ...texts(facts[key])]);
  const { frame } = facts;
  return {
    moodCode: of('moodCode'),
    code: of('code'),
    statusCode: of('statusCode'),
    nullFlavor: of('nullFlavor'),
    frame: typeof frame === 'string' ? { reason: frame, rule: ruleOf(inside(scope, 'frame')) } : before?.frame,
  };
}

function texts(value: unknown): readonly string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((text) => typeof text === 'string');
}
