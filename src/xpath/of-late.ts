/**
 * Keeps the latest answers of named conditions and named nodes, because a dozen rules ask the same about one statement.
 */
import { NONE, type Node, type Tree } from '../xml/tree.js';
import { answerAgain, answers as willDo, marksSince, MOST_MARKS, type Answer } from './answer.js';
import { allOf, type BooleanExpression, type NodesExpression } from './expression.js';
import { lacks } from './needs.js';
import { isOther } from './own-name.js';
import { visitAll } from './sink.js';

/** Rules ask about the current statement and what is around it. Older answers would hardly be asked for again. */
const SLOTS = 64;

/**
 * The latest answers, by node. Several nodes share a slot, and the one that was asked for last has it. It keeps no tree
 * in memory.
 */
class Answers<T> {
  private serial = NONE;
  private readonly nodes = new Int32Array(SLOTS);
  private readonly answers: T[] = [];

  of(tree: Tree, node: Node): T | undefined {
    const slot = node & (SLOTS - 1);
    return this.serial === tree.serial && this.nodes[slot] === node ? this.answers[slot] : undefined;
  }

  keep(tree: Tree, node: Node, answer: T): void {
    if (this.serial !== tree.serial) {
      this.serial = tree.serial;
      this.nodes.fill(NONE);
    }
    const slot = node & (SLOTS - 1);
    this.nodes[slot] = node;
    this.answers[slot] = answer;
  }
}

const NOTHING: readonly Node[] = [];

const HOLDS: Answer = { holds: true, marks: [] };
const HOLDS_NOT: Answer = { holds: false, marks: [] };
const WOULD_HOLD: Answer = { holds: true, marks: undefined };
const WOULD_NOT_HOLD: Answer = { holds: false, marks: undefined };

/** The same condition with its latest answers kept. A kept answer writes its marks again. */
export function keptOfLate(condition: BooleanExpression): BooleanExpression {
  if (condition.varies === true) return condition;
  const answers = new Answers<Answer>();
  const { evaluate, needs, ownNames } = condition;
  return {
    ...condition,
    evaluate(context, node, position, size) {
      const { tree, journal } = context;
      if (lacks(tree, node, needs) || isOther(tree, node, ownNames)) return false;
      const known = answers.of(tree, node);
      if (willDo(known, journal)) return answerAgain(context, known);
      const from = journal.checkpoint;
      const { silent, unwritten } = journal;
      const holds = evaluate(context, node, position, size);
      const count = journal.checkpoint - from;
      if (silent && journal.unwritten !== unwritten) answers.keep(tree, node, holds ? WOULD_HOLD : WOULD_NOT_HOLD);
      else if (count === 0) answers.keep(tree, node, holds ? HOLDS : HOLDS_NOT);
      else if (count <= MOST_MARKS) answers.keep(tree, node, { holds, marks: marksSince(context, from) });
      return holds;
    },
  };
}

/**
 * The same nodes with the latest results kept. If finding them leaves marks it is done each time, because the marks
 * depend on which nodes are taken.
 */
export function nodesKeptOfLate(nodes: NodesExpression): NodesExpression {
  if (nodes.varies === true || nodes.marks) return nodes;
  const answers = new Answers<readonly Node[]>();
  const { needs } = nodes;
  const all = allOf(nodes);
  const known: NodesExpression['direct'] = (context, node, position, size) => {
    const { tree, journal } = context;
    if (lacks(tree, node, needs)) return NOTHING;
    const kept = answers.of(tree, node);
    if (kept !== undefined) return kept;
    const from = journal.checkpoint;
    const { silent, unwritten } = journal;
    const found = all(context, node, position, size);
    // Some functions, such as identified(), mark the facts that led them. Then the result is not kept.
    if (journal.checkpoint === from && !(silent && journal.unwritten !== unwritten)) answers.keep(tree, node, found);
    return found;
  };
  return {
    ...nodes,
    direct: known,
    walk: (context, node, sink, position, size) => visitAll(context, known(context, node, position, size), sink),
  };
}
