import { idOf, type Names } from '../xml/names.js';
import { suggestion } from './nearest.js';
import { SelectorError } from './selector-error.js';
import type { NameTest } from './syntax.js';

const PREFIXES = ['sdtc', 'xsi'];

/** The number of the name in a step. Throws SelectorError if CDA has no such name. */
export function nameNumber(names: Names, test: NameTest): number {
  const number = idOf(names, test.name);
  if (number !== undefined && number !== 0) return number;
  const [prefix] = test.name.includes(':') ? test.name.split(':') : [];
  if (prefix !== undefined && !PREFIXES.includes(prefix)) {
    throw new SelectorError(
      `Unknown prefix ${prefix}; CDA's own names have no prefix, the known prefixes are ${PREFIXES.join(', ')}`,
      test.start,
    );
  }
  throw new SelectorError(`CDA has no name ${test.name}${otherPrefix(names, test.name)}`, test.start);
}

/** Suggests the same name with another prefix: for `deceasedInd`, `sdtc:deceasedInd`; for `sdtc:code`, `code`. */
function otherPrefix(names: Names, name: string): string {
  const local = name.slice(name.indexOf(':') + 1);
  const same = [local, ...PREFIXES.map((prefix) => `${prefix}:${local}`)].find((other) => names.byName.has(other));
  return same === undefined ? suggestion(name, names.list.slice(1)) : `; did you mean ${same}?`;
}
