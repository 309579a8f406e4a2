import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const src = fileURLToPath(new URL('../src', import.meta.url));

/**
 * The modules that each module needs: those of its imports, where what it takes for types alone is left out; those and
 * the ones for types; or all that it names, also what it loads only when it is asked for.
 */
function needs(what: 'without types' | 'with types' | 'also later'): Map<string, readonly string[]> {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(sep).join('/'))
    .filter((file) => /\.[jt]s$/.test(file));
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(src, file), 'utf8');
      const imports = [...text.matchAll(/^(?:import|export)\s+([^'";]*?)\s*from\s+'(\.[^']+)'/gms)];
      const needed = imports
        .filter(
          ([, names]) => what !== 'without types' || !/^type\s|^\{(?:\s*type [^,}]+,?\s*)+\}$/.test(names!.trim()),
        )
        .map(([, , path]) => path!);
      if (what === 'also later')
        for (const [, path] of text.matchAll(/(?<!typeof )\bimport\('(\.[^']+)'\)/g)) needed.push(path!);
      // What the compiler leaves is named .js; the modules of the page are JavaScript themselves.
      const found = needed.map((path) => posix.join(posix.dirname(file), path));
      return [file, file.endsWith('.js') ? found : found.map((path) => path.replace(/\.js$/, '.ts'))];
    }),
  );
}

/** Ways from a module back to itself. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, way: readonly string[]): void => {
    const at = way.indexOf(file);
    if (at >= 0) found.push([...way.slice(at), file].join(' -> '));
    if (at >= 0 || done.has(file)) return;
    for (const needed of graph.get(file) ?? []) walk(needed, [...way, file]);
    done.add(file);
  };
  for (const file of graph.keys()) walk(file, []);
  return found;
}

describe('the modules', () => {
  it('never import themselves, through however many others', () => {
    const graph = needs('without types');
    expect(graph.get('convert.ts')).to.include('mapping/load.ts');
    expect(circles(graph)).to.deep.equal([]);
  });

  it('do not import themselves for types either', () => {
    expect(circles(needs('with types'))).to.deep.equal([]);
  });

  it('do not load themselves later, and neither do those of the page', () => {
    const graph = needs('also later');
    expect(graph.get('cli/commands.ts')).to.include('cli/lint.ts');
    expect(graph.get('service/page/choice.js')).to.include('service/page/dosage.js');
    expect(circles(graph)).to.deep.equal([]);
  });

  it('are found if they import themselves', () => {
    const graph = new Map([
      ['a.ts', ['b.ts']],
      ['b.ts', ['c.ts']],
      ['c.ts', ['b.ts']],
    ]);
    expect(circles(graph)).to.deep.equal(['b.ts -> c.ts -> b.ts']);
  });
});
