import { expect } from 'chai';
import { packagedMappings } from '../../src/convert.js';
import { loadMappings } from '../../src/mapping/load.js';
import { escapePointer, locate, type MappingFile } from '../../src/mapping/mapping-file.js';
import { readMappingFiles, type MappingFiles } from '../../src/mapping/read-files.js';
import { parseSelector } from '../../src/xpath/grammar.js';

/** What can be read aloud in one breath or two; a longer one has parts that deserve a name. */
const LONGEST = 200;

describe('the selectors of the packaged mappings', () => {
  it(`have no more than ${LONGEST} characters: longer ones use named parts (let, conditions.json)`, () => {
    const tooLong = new Set<string>();
    let longest = '';
    loadMappings(packagedMappings, {
      parse: (text) => {
        if (text.length > longest.length) longest = text;
        if (text.length > LONGEST) tooLong.add(text);
        return parseSelector(text);
      },
    });
    const files = readMappingFiles(packagedMappings, []);
    const places = allOf(files).flatMap((file) => stringsOf(file).filter(({ text }) => tooLong.has(bare(text))));
    expect(places.map(({ place, text }) => `${place}: ${text.length} characters`)).to.deep.equal([]);
    expect(tooLong.size).to.equal(0);
    console.log(`      the longest selector has ${longest.length} characters`);
  });
});

/** The selector that a text is, or that stands behind its `=`. */
function bare(text: string): string {
  return text.startsWith('=') ? text.slice(1) : text;
}

function allOf(files: MappingFiles): readonly MappingFile[] {
  const { mappings, fragments, conditions, agreement, holders, issues } = files;
  return [...mappings, ...fragments, conditions, agreement, holders, issues].filter((file) => file !== undefined);
}

/** Every text of a file, keys too, with the place where it stands. */
function stringsOf(file: MappingFile): { readonly text: string; readonly place: string }[] {
  const found: { text: string; place: string }[] = [];
  const add = (text: string, pointer: string, part: 'key' | 'value') => {
    const { line, column } = locate(file, pointer, part);
    found.push({ text, place: `mappings/${file.path}:${line}:${column}` });
  };
  const walk = (value: unknown, pointer: string): void => {
    if (typeof value === 'string' && value.length > LONGEST) add(value, pointer, 'value');
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      const below = `${pointer}/${escapePointer(key)}`;
      if (key.length > LONGEST) add(key, below, 'key');
      walk(inner, below);
    }
  };
  walk(file.value, '');
  return found;
}
