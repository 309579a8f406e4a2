/**
 * Many selectors from one node, whose common steps are walked only once. `ignore` in a mapping has dozens of selectors
 * that begin alike: `entryRelationship/observation[code/@code='33999-4']/code[…]`. Each selector leaves the same marks
 * as if it ran alone.
 */
import { NONE, type Node } from '../xml/tree.js';
import type { SelectorContext } from './context.js';
import type { NodesExpression } from './expression.js';
import { lacks } from './needs.js';
import type { Selector } from './selector.js';
import type { Sink } from './sink.js';
import type { PathSyntax, StepSyntax, Syntax } from './syntax.js';

/** Called with a node that a selector found, and the index of that selector. */
export type Found = (index: number, node: Node) => void;

/** Calls `found` for each node that each selector selects, in no particular order. Answers whether there was any. */
export type SelectorTree = (context: SelectorContext, node: Node, found: Found) => boolean;

/** A piece of a path, the pieces that follow, and the selectors that end there. */
interface Branch {
  readonly key: string;
  readonly path: Syntax;
  readonly ends: number[];
  readonly branches: Branch[];
}

/** Compiles a piece of a selector. */
export type CompilePiece = (path: Syntax) => NodesExpression;

export function compileSelectorTree(selectors: readonly Selector[], compile: CompilePiece): SelectorTree {
  const branches: Branch[] = [];
  selectors.forEach(({ syntax, text }, index) => {
    let level = branches;
    const pieces = piecesOf(syntax, text);
    pieces.forEach(({ key, path }, depth) => {
      let branch = level.find((other) => other.key === key);
      if (branch === undefined) level.push((branch = { key, path, ends: [], branches: [] }));
      if (depth === pieces.length - 1) branch.ends.push(index);
      level = branch.branches;
    });
  });
  return compileLevel(branches.map(joined), compile);
}

/** Joins a piece with the next one if only one follows and no selector ends between them. */
function joined(branch: Branch): Branch {
  const { path, ends, branches } = branch;
  const [only, ...others] = branches;
  const forks = only === undefined || others.length > 0 || ends.length > 0;
  if (forks || path.kind !== 'path' || only.path.kind !== 'path') return { ...branch, branches: branches.map(joined) };
  return joined({ ...only, path: { ...path, steps: [...path.steps, ...only.path.steps], end: only.path.end } });
}

function compileLevel(branches: readonly Branch[], compile: CompilePiece): SelectorTree {
  const compiled = branches.map((branch) => ({
    expression: compile(branch.path),
    ends: branch.ends,
    inner: branch.branches.length === 0 ? undefined : compileLevel(branch.branches, compile),
  }));
  return (context, node, found) => {
    let any = false;
    for (const { expression, ends, inner } of compiled) {
      const { needs, walk } = expression;
      if (lacks(context.tree, node, needs)) continue;
      const fork = new Fork(ends, inner, found);
      walk(context, node, fork, 1, 1);
      any ||= fork.accepted > 0;
    }
    return any;
  };
}

/** Takes a node if a selector ends there, or if a selector that goes on finds something. Only then the marks stay. */
class Fork implements Sink {
  accepted = 0;

  constructor(
    private readonly ends: readonly number[],
    private readonly inner: SelectorTree | undefined,
    private readonly found: Found,
  ) {}

  visit(context: SelectorContext, node: Node): Node {
    for (const index of this.ends) this.found(index, node);
    const leads = this.inner?.(context, node, this.found) ?? false;
    if (leads || this.ends.length > 0) this.accepted++;
    return NONE;
  }
}

interface Piece {
  readonly key: string;
  readonly path: Syntax;
}

/** The steps of a path one by one, if none of them can reach a node twice; otherwise the whole path as one piece. */
function piecesOf(syntax: Syntax, text: string): Piece[] {
  if (syntax.kind !== 'path' || !reachesOnce(syntax)) return [{ key: text, path: syntax }];
  const { filter, absolute } = syntax;
  const pieces = stepsTogether(syntax.steps).map((steps, index): Piece => {
    const [start, end] = [steps[0]!.start, steps.at(-1)!.end];
    return {
      key: `${absolute && index === 0 ? '/' : ''}${steps[0]!.axis} ${text.slice(start, end)}`,
      path: { kind: 'path', absolute: absolute && index === 0, steps, start, end },
    };
  });
  if (filter === undefined) return pieces;
  const end = syntax.steps[0]?.start ?? syntax.end;
  const start: PathSyntax = { kind: 'path', absolute: false, filter, steps: [], start: syntax.start, end };
  return [{ key: text.slice(syntax.start, end).replace(/\/$/, ''), path: start }, ...pieces];
}

/**
 * Keeps `//section` together as one step to the descendants of that name. Taken apart, it would stop at every node of
 * the document.
 */
function stepsTogether(steps: readonly StepSyntax[]): StepSyntax[][] {
  const together: StepSyntax[][] = [];
  for (const step of steps) {
    const last = together.at(-1)?.at(-1);
    if (last?.axis === 'descendant-or-self' && step.axis === 'child') together.at(-1)!.push(step);
    else together.push([step]);
  }
  return together;
}

/**
 * Whether no step can reach a node twice. From a single node no axis does. From several nodes, children and attributes
 * don't. Descendants don't if none of the nodes is inside another.
 */
function reachesOnce({ steps, filter }: PathSyntax): boolean {
  let spread: 'single' | 'apart' | 'nested' = filter === undefined ? 'single' : 'nested';
  return steps.every(({ axis }) => {
    if (axis === 'self') return true;
    const down = axis === 'child' || axis === 'attribute';
    const deep = axis === 'descendant' || axis === 'descendant-or-self';
    const once = down || spread === 'single' || (deep && spread === 'apart');
    if (!down && axis !== 'parent') spread = 'nested';
    else if (down && spread === 'single') spread = 'apart';
    return once;
  });
}
