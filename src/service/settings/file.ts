/** A settings file is JSON (comments allowed) in the shape of the schema; every mistake has its line and column. */
import { readFileSync } from 'node:fs';
import {
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser';

export interface SettingsFile {
  readonly value: unknown;
  readonly mistakes: readonly string[];
  /** The place of a setting in the file, `settings.json:3:5`. Undefined if the file does not have the setting. */
  place(path: readonly PropertyKey[]): string | undefined;
}

export function readSettingsFile(name: string): SettingsFile {
  let text: string;
  try {
    text = readFileSync(name, 'utf8');
  } catch (error) {
    return broken(`${name}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const at = (offset: number): string => {
    const before = text.slice(0, offset).split('\n');
    return `${name}:${before.length}:${before[before.length - 1]!.length + 1}`;
  };
  const mistakes = errors.map(({ error, offset }) => `${at(offset)}: not JSON: ${printParseErrorCode(error)}`);
  if (tree === undefined || mistakes.length > 0)
    return broken(...(mistakes.length > 0 ? mistakes : [`${name}: is empty`]));
  if (tree.type !== 'object') return broken(`${at(0)}: must be an object`);
  return {
    value: getNodeValue(tree),
    mistakes,
    place: (path) => {
      const node = deepest(tree, path);
      return node === undefined ? undefined : at(node.offset);
    },
  };
}

function broken(...mistakes: string[]): SettingsFile {
  return { value: {}, mistakes, place: () => undefined };
}

function deepest(tree: Node, path: readonly PropertyKey[]): Node | undefined {
  const segments = path.filter((part): part is string | number => typeof part !== 'symbol');
  return findNodeAtLocation(tree, segments);
}
