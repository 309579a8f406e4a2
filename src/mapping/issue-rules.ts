import type { Node } from '../xml/tree.js';
import { NONE } from '../xml/tree.js';
import { suggestion } from '../xpath/nearest.js';
import type { Selector } from '../xpath/compile.js';
import type { Run } from './run.js';
import { inside, mistake, onNodes, textList, type Environment, type Scope } from './scope.js';
import { selectorAt } from './selectors.js';
import type { MappingFile } from './mapping-file.js';
import { whenChecked } from './when-asked.js';

/** Tells the issues of one statement. */
export type TellIssues = (run: Run, node: Node) => void;

const KEYS = ['$comment', 'code', 'severity', 'each', 'when', 'places', 'text'];
const SEVERITIES: readonly unknown[] = ['warning', 'information'];

/**
 * Compiles `"issues": { "end-against-status": { "code", "each"?, "when", "places", "text" } }`: what the reader of the
 * document should know about a statement. An issue is told after the resource (or the value of the fragment) was made,
 * if `when` holds; with `each`, for each of its nodes. Its place is the first node of the first of `places`, or the
 * statement if there is none. The other places that exist are listed beside it.
 *
 * What an issue compares decides nothing in the Bundle, so the ledger does not count it as used.
 */
export function compileIssues(source: unknown, scope: Scope): TellIssues | undefined {
  if (source === undefined) return undefined;
  if (typeof source !== 'object' || source === null || Array.isArray(source)) {
    mistake(scope, '"issues" is an object: { "name": { "code", "when", "places", "text" } }');
    return undefined;
  }
  return whenChecked(scope.environment, () => {
    const rules = Object.entries(source).map(([name, rule]) => compileIssue(rule, inside(scope, name)));
    return (run, node) => {
      if (run.tellsIssues) for (const tell of rules) tell(run, node);
    };
  });
}

function compileIssue(source: unknown, scope: Scope): TellIssues {
  if (typeof source !== 'object' || source === null || Array.isArray(source)) {
    mistake(scope, 'an issue is { "code", "when", "places", "text" }');
    return () => undefined;
  }
  for (const key of Object.keys(source))
    if (!KEYS.includes(key)) mistake(inside(scope, key), `there is no "${key}" here${suggestion(key, KEYS)}`, 'key');
  const rule = source as Readonly<Record<string, unknown>>;
  const severity = rule.severity === 'information' ? 'information' : 'warning';
  if (rule.severity !== undefined && !SEVERITIES.includes(rule.severity))
    mistake(inside(scope, 'severity'), `a severity is one of ${SEVERITIES.join(', ')}`);
  const code = declared(rule.code, inside(scope, 'code'));
  if (typeof rule.text !== 'string') mistake(inside(scope, 'text'), 'say in "text" what the reader should know');
  const text = String(rule.text);
  const each = rule.each === undefined ? undefined : selectorAt(inside(scope, 'each'), rule.each);
  if (each !== undefined && each.selector.type !== 'nodes') mistake(inside(scope, 'each'), '"each" selects nodes');
  const from = each === undefined ? scope : onNodes(scope, each.types);
  const when = rule.when === undefined ? undefined : selectorAt(inside(from, 'when'), rule.when)?.selector;
  const tellOne = whenChecked(scope.environment, () => {
    const places = placesOf(rule.places ?? [], inside(from, 'places'));
    return (run, node) => tellAt(run, node, places);
  });
  const tellAt = (run: Run, node: Node, places: readonly Selector[]): void => {
    const [first = node, ...others] = places.map((place) => place.first(run, node)).filter((found) => found !== NONE);
    run.tell(
      severity,
      code,
      text,
      first,
      others.filter((other) => other !== first),
    );
  };
  const tell: TellIssues = (run, node) => {
    if (when === undefined || when.boolean(run, node)) tellOne(run, node);
  };
  return (run, node) => {
    const { journal } = run;
    const outer = journal.silent;
    journal.silent = true;
    if (each === undefined) tell(run, node);
    else for (const one of each.selector.nodes(run, node)) tell(run, one);
    journal.silent = outer;
  };
}

function placesOf(source: unknown, scope: Scope): Selector[] {
  return textList(source, scope, '"places" lists selectors').flatMap((text, index) => {
    const selector = selectorAt(inside(scope, index), text)?.selector;
    if (selector !== undefined && selector.type !== 'nodes') mistake(inside(scope, index), 'a place is a node');
    return selector?.type === 'nodes' ? [selector] : [];
  });
}

/** The code of the issue. The set must declare it, because a misspelt code would be counted apart. */
function declared(code: unknown, scope: Scope): string {
  const { issueCodes } = scope.environment;
  if (typeof code !== 'string') mistake(scope, 'an issue needs "code"');
  else if (!issueCodes.has(code))
    mistake(scope, `issues.json declares no code "${code}"${suggestion(code, issueCodes.keys())}`);
  return String(code);
}

/** Reads the codes that `issues.json` declares: `{ "codes": { "unknown-end": "what it means" } }`. */
export function declareCodes(
  file: MappingFile | undefined,
  declaredCodes: Map<string, string>,
  environment: Environment,
): void {
  if (file === undefined) return;
  const { codes = {} } = (file.value ?? {}) as { codes?: Readonly<Record<string, unknown>> };
  const top: Scope = { environment, file, pointer: '/codes', context: undefined };
  for (const [code, meaning] of Object.entries(codes)) {
    if (!/^[a-z]+(-[a-z]+)*$/.test(code)) mistake(inside(top, code), 'a code is words in lower case', 'key');
    if (typeof meaning !== 'string') mistake(inside(top, code), 'say what the code means');
    declaredCodes.set(code, String(meaning));
  }
}

/**
 * The declared codes that ask whether the result agrees with the document: `{ "questions": ["status-contradicted"] }`.
 */
export function questionsOf(file: MappingFile | undefined, environment: Environment): ReadonlySet<string> {
  const { questions = [] } = (file?.value ?? {}) as { questions?: unknown };
  if (file === undefined) return new Set();
  const scope: Scope = { environment, file, pointer: '/questions', context: undefined };
  const codes = textList(questions, scope, '"questions" lists codes');
  codes.forEach((code, index) => declared(code, inside(scope, index)));
  return new Set(codes);
}
