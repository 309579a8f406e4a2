/** Turns the package's syntax tree into ours: with types and places, and without what selectors don't support. */
import { LIST, parseByPackage, xpathPackage, type PackagePath, type PackageStep } from './grammar-package.js';
import { SelectorError } from './selector-error.js';
import { AXES, type Axis, type NodeTest, type Operator, type Span, type StepSyntax, type Syntax } from './syntax.js';

/** The classes of the package, with the operators that they stand for. */
const OPERATORS = [
  ['OrOperation', 'or'],
  ['AndOperation', 'and'],
  ['EqualsOperation', '='],
  ['NotEqualOperation', '!='],
  ['LessThanOperation', '<'],
  ['LessThanOrEqualOperation', '<='],
  ['GreaterThanOperation', '>'],
  ['GreaterThanOrEqualOperation', '>='],
  ['PlusOperation', '+'],
  ['MinusOperation', '-'],
  ['MultiplyOperation', '*'],
  ['DivOperation', 'div'],
  ['ModOperation', 'mod'],
] as const satisfies readonly (readonly [string, Operator])[];

/** How the syntax of a selector is obtained: by parsing, or from a file. */
export type ParseSelector = (text: string) => Syntax;

/**
 * The syntax tree of a selector. Throws SelectorError if the text is not XPath 1.0 or uses something that is not
 * supported.
 *
 *   parseSelector("value[@xsi:type='CD']/@code")
 */
export function parseSelector(text: string): Syntax {
  if (text.trim() === '') throw new SelectorError('The selector is empty', 0);
  const { root, places } = parseByPackage(text);
  return convert(root, (part) => places.get(part));
}

type Places = (part: object) => Span | undefined;

function convert(part: unknown, places: Places): Syntax {
  if (typeof part !== 'object' || part === null) throw new TypeError('not a part of a selector');
  const place = places(part) ?? { start: 0, end: 0 };
  const xpath = xpathPackage();
  if (part instanceof xpath.PathExpr) return convertPath(part, place, places);
  if (part instanceof xpath.XString) return { kind: 'literal', value: part.str, ...place };
  if (part instanceof xpath.XNumber) return { kind: 'number', value: part.num, ...place };
  if (part instanceof xpath.VariableReference) return { kind: 'variable', name: part.variable, ...place };
  if (part instanceof xpath.UnaryMinusOperation) {
    return { kind: 'negation', operand: convert(part.rhs, places), ...place };
  }
  if (part instanceof xpath.FunctionCall) {
    const values = part.arguments.map((argument) => convert(argument, places));
    if (part.functionName === LIST)
      return { kind: 'texts', values: values.filter((value) => value.kind === 'literal'), ...place };
    return { kind: 'call', name: part.functionName, arguments: values, ...place };
  }
  if (part instanceof xpath.BarOperation) {
    return { kind: 'union', left: convert(part.lhs, places), right: convert(part.rhs, places), ...place };
  }
  for (const [operation, operator] of OPERATORS) {
    if (part instanceof xpath[operation]) {
      const [left, right] = [convert(part.lhs, places), convert(part.rhs, places)];
      return { kind: 'operation', operator, left, right, ...place };
    }
  }
  throw new SelectorError('This is not supported', place.start);
}

function convertPath(path: PackagePath, place: Span, places: Places): Syntax {
  const predicates = (path.filterPredicates ?? []).map((predicate) => convert(predicate, places));
  const steps = convertSteps(path.locationPath?.steps ?? [], place, places);
  if (path.filter === undefined) return { kind: 'path', absolute: path.locationPath!.absolute, steps, ...place };
  const expression = convert(path.filter, places);
  if (predicates.length === 0 && steps.length === 0) return expression;
  return { kind: 'path', absolute: false, filter: { expression, predicates }, steps, ...place };
}

function convertSteps(steps: readonly PackageStep[], path: Span, places: Places): StepSyntax[] {
  let end = path.start;
  return steps.map((step) => {
    // The step that `//` stands for has no text of its own, so its place is where the step before it ends.
    const place = places(step) ?? { start: end, end };
    end = place.end;
    const name = xpathPackage().Step.STEPNAMES[step.axis];
    const axis = AXES.find((known) => known === name);
    if (axis === undefined) throw new SelectorError(axisMessage(name), place.start);
    return {
      axis,
      test: convertTest(step, axis, place, places),
      predicates: step.predicates.map((predicate) => convert(predicate, places)),
      ...place,
    };
  });
}

function axisMessage(name: string | undefined): string {
  return `${name === undefined ? 'XPath has no such axis' : `The axis ${name} is not supported`}; known are ${AXES.join(', ')}`;
}

function convertTest(step: PackageStep, axis: Axis, place: Span, places: Places): NodeTest {
  const { nodeTest } = step;
  const { NodeTest } = xpathPackage();
  switch (nodeTest.type) {
    case NodeTest.NAMETESTANY:
      return { kind: 'any' };
    case NodeTest.NODE:
      return { kind: 'node' };
    case NodeTest.TEXT:
      return { kind: 'text' };
    case NodeTest.NAMETESTQNAME:
      return { kind: 'name', name: nodeTest.name!, ...(places(nodeTest) ?? place) };
    default:
      throw new SelectorError(
        nodeTest.prefix === undefined
          ? 'Comments and processing instructions hold no facts and cannot be selected'
          : `${nodeTest.prefix}:* is not supported; name the ${axis === 'attribute' ? 'attributes' : 'elements'}`,
        place.start,
      );
  }
}
