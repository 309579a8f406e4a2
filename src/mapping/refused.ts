/** Documents that have the form of CDA but get no Bundle, as `refused.json` lists them. */
import { typesNamed } from '../cda/type-graph.js';
import { DocumentError } from '../xml/document-error.js';
import { positionOf } from '../xml/position.js';
import type { Selector } from '../xpath/compile.js';
import type { MappingFile } from './mapping-file.js';
import type { Run } from './run.js';
import { inside, mistake, onNodes, type Environment, type Scope } from './scope.js';
import { selectorAt } from './selectors.js';

/** One entry of `refused.json`, compiled. */
export interface RefusedKind {
  readonly where: Selector;
  /** What the document is, in words for people. */
  readonly text: string;
}

const ROOT_ELEMENT = 1;

/** Compiles `{ "title", "on": ["ClinicalDocument"], "documents": [{ "basis", "where": "selector", "text" }] }`. */
export function compileRefused(file: MappingFile | undefined, environment: Environment): RefusedKind[] {
  if (file === undefined) return [];
  const { documents } = (file.value ?? {}) as { documents?: unknown };
  const top: Scope = { environment, file, pointer: '/documents', context: undefined };
  if (!Array.isArray(documents)) {
    mistake(top, '"documents" is a list of { "basis", "where", "text" }');
    return [];
  }
  const scope = onNodes(top, new Set(typesNamed('ClinicalDocument')));
  return documents.flatMap((source: unknown, index): RefusedKind[] => {
    const at = inside(scope, index);
    const { where, text } = (source ?? {}) as { where?: unknown; text?: unknown };
    if (typeof text !== 'string') mistake(at, '"text" says what the document is');
    const selector = selectorAt(inside(at, 'where'), where)?.selector;
    return selector === undefined || typeof text !== 'string' ? [] : [{ where: selector, text }];
  });
}

/** @throws DocumentError if the document is of a kind that says nothing about a patient */
export function refuseKinds(run: Run, kinds: readonly RefusedKind[]): void {
  const kind = run.journal.silently(() => kinds.find(({ where }) => where.boolean(run, ROOT_ELEMENT)));
  if (kind === undefined) return;
  const { line, column } = positionOf(run.tree, ROOT_ELEMENT);
  throw new DocumentError('not-supported', `${kind.text}; there is nothing to convert`, line, column);
}
