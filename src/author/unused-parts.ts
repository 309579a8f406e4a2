import { baseName, escapePointer, type MappingFile } from '../mapping/mapping-file.js';
import type { MappingFiles } from '../mapping/read-files.js';
import { findingAt, type LintFinding, type LintRule, type Text } from './finding.js';

/** Definitions that nothing names. A definition that only names itself is unused, too. */
export function unusedParts(files: MappingFiles, texts: readonly Text[]): LintFinding[] {
  const unnamed = (
    rule: LintRule,
    kind: string,
    file: MappingFile,
    pointer: string,
    name: string,
    isUse: (text: Text) => boolean,
  ) =>
    texts.some(
      (text) =>
        !(
          text.file === file &&
          (pointer === '' || text.pointer.startsWith(`${pointer}/`) || text.pointer === pointer)
        ) && isUse(text),
    )
      ? []
      : [findingAt(rule, file, pointer, `nothing uses the ${kind} "${name}"`)];
  const quoted =
    (name: string) =>
    ({ text }: Text) =>
      text.includes(`'${name}'`);
  const said =
    (name: string, ...keys: string[]) =>
    ({ text, pointer }: Text) =>
      text === name && keys.some((key) => new RegExp(`/\\${key}(/\\d+)?$`).test(pointer));
  return [
    ...files.fragments.flatMap((file) => {
      const name = baseName(file);
      return unnamed('unused-fragment', 'fragment', file, '', name, said(name, '$use'));
    }),
    ...files.conceptMaps.flatMap((file) => {
      const name = baseName(file);
      return unnamed('unused-concept-map', 'ConceptMap', file, '', name, said(name, '$map'));
    }),
    ...files.words.flatMap((file) => {
      const name = baseName(file);
      const inColumns = ({ file: at, text }: Text) => at === files.columns && text === name;
      return unnamed('unused-word-list', 'word list', file, '', name, (text) => quoted(name)(text) || inColumns(text));
    }),
    ...members(files.conditions, 'conditions').flatMap(({ file, pointer, name }) => {
      const call = new RegExp(`(^|[^\\w-])${name}\\(\\)`);
      return unnamed('unused-condition', 'condition', file, pointer, name, ({ text }) => call.test(text));
    }),
    ...Object.keys(files.codeLists?.value ?? {})
      .filter((key) => !key.startsWith('$'))
      .flatMap((key) => members(files.codeLists, key))
      .flatMap(({ file, pointer, name }) =>
        unnamed('unused-code-list', 'list of codes', file, pointer, name, quoted(name)),
      ),
  ];
}

function members(file: MappingFile | undefined, key: string): { file: MappingFile; pointer: string; name: string }[] {
  const within = (file?.value as Readonly<Record<string, unknown>> | undefined)?.[key];
  if (file === undefined || typeof within !== 'object' || within === null || Array.isArray(within)) return [];
  return Object.keys(within).map((name) => ({ file, pointer: `/${key}/${escapePointer(name)}`, name }));
}
