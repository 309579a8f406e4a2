import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const src = fileURLToPath(new URL('../src', import.meta.url));

/** Every module of a command has these (cli/command.ts, CommandModule). */
const OF_COMMANDS = new Set(['help', 'run']);

const DECLARED =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|const|let|class|interface|type|enum) (\w+)/gm;

/** The names that modules declare and export, each with its modules. */
function exportedNames(): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const file of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    for (const [, name] of readFileSync(join(src, file), 'utf8').matchAll(DECLARED))
      names.set(name!, [...(names.get(name!) ?? []), file]);
  }
  return names;
}

describe('the names that modules export', () => {
  it('are declared in one module each, so that one name means one thing', () => {
    const names = exportedNames();
    expect(names.get('createConverter')).to.deep.equal(['convert.ts']);
    // An overloaded function is declared several times in its module.
    const several = [...names].filter(([name, files]) => new Set(files).size > 1 && !OF_COMMANDS.has(name));
    expect(several).to.deep.equal([]);
  });
});
