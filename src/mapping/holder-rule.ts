import { typesNamed } from '../cda/type-graph.js';
import { nameId } from '../cda/vocabulary.js';
import type { Node } from '../xml/tree.js';
import type { Selector } from '../xpath/compile.js';
import { compileAccount } from './account.js';
import type { MappingFile } from './mapping-file.js';
import type { Run } from './run.js';
import { inside, mistake, onNodes, textList, type Environment, type Scope } from './scope.js';
import { selectorAt } from './selectors.js';

/** `holders.json`, compiled. */
export interface HolderRule {
  /** The names of the elements that can be holders. */
  readonly elements: ReadonlySet<number>;
  readonly where: Selector;
  readonly account: ((run: Run, node: Node) => void) | undefined;
}

/** Compiles `{ "title", "on": ["act"], "where": "selector", "ignore": { "statusCode": "why" } }`. */
export function compileHolderRule(file: MappingFile | undefined, environment: Environment): HolderRule | undefined {
  if (file === undefined) return undefined;
  const { on, where, ignore } = (file.value ?? {}) as { on?: unknown; where?: unknown; ignore?: unknown };
  const top: Scope = { environment, file, pointer: '', context: undefined };
  const names = textList(on ?? [], inside(top, 'on'), '"on" names elements');
  if (names.length === 0) mistake(top, 'holders are { "on": ["act"], "where": "selector" }');
  const scope = onNodes(top, new Set(names.flatMap((name) => [...typesNamed(name)])));
  const selector = selectorAt(inside(scope, 'where'), where)?.selector;
  if (selector === undefined) return undefined;
  return {
    elements: new Set(names.map(nameId)),
    where: selector,
    account: compileAccount({ ignore }, scope),
  };
}
