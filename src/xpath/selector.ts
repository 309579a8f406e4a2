import { NONE, type Node } from '../xml/tree.js';
import type { SelectorContext } from './context.js';
import {
  allOf,
  asBoolean,
  asNumber,
  asString,
  firstOf,
  sourcesOf,
  type Evaluate,
  type Expression,
  type NodesExpression,
} from './expression.js';
import { lacks, type Needs } from './needs.js';
import type { SelectorType } from './scope.js';
import type { Syntax } from './syntax.js';

/**
 * A compiled selector. Comparisons that decided the result are marked as used in the context's journal. Values that are
 * read are not marked, because only the caller knows what becomes of them.
 */
export interface Selector {
  readonly text: string;
  readonly type: SelectorType;
  readonly syntax: Syntax;
  readonly needs: Needs;
  /**
   * All nodes, in document order, each once. Throws TypeError if the selector gives no nodes but a text, a number or a
   * truth value.
   */
  nodes(context: SelectorContext, node: Node): readonly Node[];
  /**
   * The first node in document order, or NONE. Throws TypeError if the selector gives no nodes but a text, a number or
   * a truth value.
   */
  first(context: SelectorContext, node: Node): Node;
  string(context: SelectorContext, node: Node): string;
  number(context: SelectorContext, node: Node): number;
  /** The truth value. That nodes exist leaves no mark. */
  boolean(context: SelectorContext, node: Node): boolean;
  /**
   * The attribute and text nodes that `string` is made of, in document order. The caller marks these when the text is
   * used.
   */
  sources(context: SelectorContext, node: Node): readonly Node[];
}

/** The whole text was checked before. The code for each kind of answer is made when that kind is first asked for. */
export class CompiledSelector implements Selector {
  readonly type: SelectorType;
  readonly needs: Needs;
  private evaluateNodes: Evaluate<readonly Node[]> | undefined = undefined;
  private evaluateFirst: Evaluate<Node> | undefined = undefined;
  private evaluateString: Evaluate<string> | undefined = undefined;
  private evaluateNumber: Evaluate<number> | undefined = undefined;
  private evaluateBoolean: Evaluate<boolean> | undefined = undefined;
  private evaluateSources: Evaluate<readonly Node[]> | undefined = undefined;

  constructor(
    readonly text: string,
    readonly syntax: Syntax,
    private readonly expression: Expression,
  ) {
    this.type = expression.type;
    this.needs = expression.needs;
  }

  nodes(context: SelectorContext, node: Node): readonly Node[] {
    if (lacks(context.tree, node, this.needs)) return [];
    return (this.evaluateNodes ??= allOf(this.nodesExpression()))(context, node, 1, 1);
  }

  first(context: SelectorContext, node: Node): Node {
    if (lacks(context.tree, node, this.needs)) return NONE;
    return (this.evaluateFirst ??= firstOf(this.nodesExpression()))(context, node, 1, 1);
  }

  string(context: SelectorContext, node: Node): string {
    return (this.evaluateString ??= asString(this.expression))(context, node, 1, 1);
  }

  number(context: SelectorContext, node: Node): number {
    return (this.evaluateNumber ??= asNumber(this.expression))(context, node, 1, 1);
  }

  boolean(context: SelectorContext, node: Node): boolean {
    if (lacks(context.tree, node, this.needs)) return false;
    return (this.evaluateBoolean ??= asBoolean(this.expression))(context, node, 1, 1);
  }

  sources(context: SelectorContext, node: Node): readonly Node[] {
    return (this.evaluateSources ??= sourcesOf(this.expression))(context, node, 1, 1);
  }

  private nodesExpression(): NodesExpression {
    if (this.expression.type === 'nodes') return this.expression;
    throw new TypeError(`The selector ${this.text} gives no nodes`);
  }
}
