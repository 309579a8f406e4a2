/**
 * Writes the syntax tree of a selector as a short text for a file. Reading it takes a tenth of the time that parsing
 * takes. Numbers are written as characters. Names and values are not written: their places say where they stand in the
 * text of the selector.
 */
import { AXES, type Axis, type NodeTest, type Operator, type StepSyntax, type Syntax } from './syntax.js';

/** Number 0 is written `#`, and so on, so that there are no control characters and no quotation marks. */
const ZERO = '#'.charCodeAt(0);

const KINDS = ['path', 'union', 'operation', 'negation', 'literal', 'number', 'variable', 'call', 'texts'] as const;
const TESTS = ['name', 'any', 'node', 'text'] as const;
const OPERATORS: readonly Operator[] = ['or', 'and', '=', '!=', '<', '<=', '>', '>=', '+', '-', '*', 'div', 'mod'];
/** What a path starts from: the context node, the document, or other nodes. */
const [CONTEXT, DOCUMENT, FILTER] = [0, 1, 2];

/**
 * Writes a part: its kind and place, then what it is made of, in the order of the text. A list has its length before
 * it.
 */
export function packSyntax(syntax: Syntax): string {
  return String.fromCharCode(...numbersOf(syntax).map((number) => ZERO + number));
}

function numbersOf(syntax: Syntax): number[] {
  const numbers = [KINDS.indexOf(syntax.kind), syntax.start, syntax.end];
  switch (syntax.kind) {
    case 'path': {
      const { filter, absolute, steps } = syntax;
      numbers.push(filter !== undefined ? FILTER : absolute ? DOCUMENT : CONTEXT);
      if (filter !== undefined) numbers.push(...numbersOf(filter.expression), ...listed(filter.predicates, numbersOf));
      return [...numbers, ...listed(steps, numbersOfStep)];
    }
    case 'operation':
      return [...numbers, OPERATORS.indexOf(syntax.operator), ...numbersOf(syntax.left), ...numbersOf(syntax.right)];
    case 'union':
      return [...numbers, ...numbersOf(syntax.left), ...numbersOf(syntax.right)];
    case 'negation':
      return [...numbers, ...numbersOf(syntax.operand)];
    case 'call':
      return [...numbers, syntax.name.length, ...listed(syntax.arguments, numbersOf)];
    case 'texts':
      return [...numbers, ...listed(syntax.values, numbersOf)];
    default:
      return numbers;
  }
}

function numbersOfStep({ axis, test, predicates, start, end }: StepSyntax): number[] {
  const name = test.kind === 'name' ? [test.start, test.end] : [];
  return [AXES.indexOf(axis), start, end, TESTS.indexOf(test.kind), ...name, ...listed(predicates, numbersOf)];
}

function listed<T>(items: readonly T[], numbers: (item: T) => number[]): number[] {
  return [items.length, ...items.flatMap(numbers)];
}

/** Reads the syntax tree that `packSyntax` wrote. */
export function unpackSyntax(packed: string, text: string): Syntax {
  return new Unpacking(packed, text).syntax();
}

/** Shared, because most steps have no predicates. */
const EMPTY: readonly Syntax[] = [];

class Unpacking {
  private at = 0;

  constructor(
    private readonly packed: string,
    private readonly text: string,
  ) {}

  syntax(): Syntax {
    const kind = KINDS[this.number()]!;
    const start = this.number();
    const end = this.number();
    switch (kind) {
      case 'path':
        return this.path(start, end);
      case 'union':
        return { kind, left: this.syntax(), right: this.syntax(), start, end };
      case 'operation':
        return { kind, operator: OPERATORS[this.number()]!, left: this.syntax(), right: this.syntax(), start, end };
      case 'negation':
        return { kind, operand: this.syntax(), start, end };
      case 'literal':
        return { kind, value: this.text.slice(start + 1, end - 1), start, end };
      case 'number':
        return { kind, value: Number(this.text.slice(start, end)), start, end };
      case 'variable':
        return { kind, name: this.text.slice(start + 1, end), start, end };
      case 'texts': {
        const values = this.list().filter((value) => value.kind === 'literal');
        return { kind, values, start, end };
      }
      case 'call': {
        const name = this.text.slice(start, start + this.number());
        return { kind, name, arguments: this.list(), start, end };
      }
    }
  }

  private path(start: number, end: number): Syntax {
    const from = this.number();
    if (from !== FILTER) return { kind: 'path', absolute: from === DOCUMENT, steps: this.steps(), start, end };
    const filter = { expression: this.syntax(), predicates: this.list() };
    return { kind: 'path', absolute: false, filter, steps: this.steps(), start, end };
  }

  private steps(): StepSyntax[] {
    const steps: StepSyntax[] = [];
    for (let count = this.number(); count > 0; count--) {
      const axis: Axis = AXES[this.number()]!;
      const start = this.number();
      const end = this.number();
      steps.push({ axis, test: this.test(), predicates: this.list(), start, end });
    }
    return steps;
  }

  private test(): NodeTest {
    const kind = TESTS[this.number()]!;
    if (kind !== 'name') return { kind };
    const start = this.number();
    const end = this.number();
    return { kind, name: this.text.slice(start, end), start, end };
  }

  private list(): readonly Syntax[] {
    let count = this.number();
    if (count === 0) return EMPTY;
    const list: Syntax[] = [];
    for (; count > 0; count--) list.push(this.syntax());
    return list;
  }

  private number(): number {
    return this.packed.charCodeAt(this.at++) - ZERO;
  }
}
