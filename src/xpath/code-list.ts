/** Lists on the right side of `=`: written out, `@code=('a','b')`, or named, `@code=one-of('problem-types')`. */
import { suggestion } from './nearest.js';
import type { SelectorScope } from './scope.js';
import { SelectorError } from './selector-error.js';
import type { CallSyntax, Syntax } from './syntax.js';

/** The function that names a code list. */
export const ONE_OF = 'one-of';

/** The texts of the list on the right side of a comparison; undefined if it is not a list. */
export function listedTexts(scope: SelectorScope, syntax: Syntax): readonly string[] | undefined {
  if (syntax.kind === 'texts') return syntax.values.map(({ value }) => value);
  return syntax.kind === 'call' && syntax.name === ONE_OF ? namedList(scope, syntax) : undefined;
}

function namedList({ codeLists }: SelectorScope, syntax: CallSyntax): readonly string[] {
  const [named, ...more] = syntax.arguments;
  if (named?.kind !== 'literal' || more.length > 0) {
    throw new SelectorError(`${ONE_OF}() takes the name of a code list, in quotes`, (named ?? syntax).start);
  }
  const list = codeLists.get(named.value);
  if (list !== undefined) return list;
  const message = `there is no list "${named.value}" in code-lists.json${suggestion(named.value, codeLists.keys())}`;
  throw new SelectorError(message, named.start);
}
