import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatJson, inUsualOrder, spreadIn } from '../author/format-json.js';
import { packagedMappings } from '../convert.js';
import { parseMappingFile } from '../mapping/mapping-file.js';
import type { Mistake } from '../mapping/mapping-error.js';
import { place } from './complaints.js';
import { readCommandOptions } from './read-options.js';
import { linesOf, print, type Terminal } from './terminal.js';

export const help = `cairn format [DIR|FILE...] [--check]

Lays out the files of a mapping set in one way (JSON, two spaces, 120 columns), with the members of a mapping in their usual
order. Elements of a resource keep their order: it has a meaning.

Options
  --check   writes nothing, and fails where a file would change
  --json    for programs: the files that (would) change

Exit status: 0 done, or nothing to do; 1 a file is not JSON, or with --check would change.
`;

export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readCommandOptions(args, { check: { type: 'boolean' }, json: { type: 'boolean' } });
  const files = (positionals.length === 0 ? [packagedMappings] : positionals).flatMap(filesOf);
  const mistakes: Mistake[] = [];
  const changed: string[] = [];
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    const before = mistakes.length;
    const { value } = parseMappingFile(file, text, mistakes);
    if (mistakes.length > before || value === undefined) continue;
    const isSpread = spreadIn(text, value);
    const ordered = /[\\/](conceptmaps|words)[\\/]/.test(file) ? value : inUsualOrder(value);
    const formatted = formatJson(ordered, (object) => object === ordered || isSpread(object));
    if (formatted === text) continue;
    changed.push(file);
    if (values.check !== true) writeFileSync(file, formatted);
  }
  await print(
    terminal.stderr,
    linesOf(mistakes.map(({ file, line, column, message }) => `${place(file, line, column)}: ${message}`)),
  );
  if (values.json === true) await print(terminal.stdout, `${JSON.stringify({ changed }, undefined, 2)}\n`);
  else {
    const done = values.check === true ? 'would change' : 'formatted';
    await print(
      terminal.stdout,
      linesOf([...changed.map((file) => `${file}: ${done}`), `${changed.length} of ${files.length} files ${done}`]),
    );
  }
  return mistakes.length > 0 || (values.check === true && changed.length > 0) ? 1 : 0;
}

function filesOf(name: string): string[] {
  if (!statSync(name).isDirectory()) return [name];
  return readdirSync(name, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json') && !file.endsWith('.schema.json'))
    .sort()
    .map((file) => join(name, file));
}
