import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const src = fileURLToPath(new URL('../src', import.meta.url));

/** The modules that each module needs when it is loaded, where what it takes for types alone is gone; or with these. */
function needs(types: 'without types' | 'with types'): Map<string, readonly string[]> {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(sep).join('/'))
    .filter((file) => file.endsWith('.ts'));
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(src, file), 'utf8');
      const imports = [...text.matchAll(/^(?:import|export)\s+([^'";]*?)\s*from\s+'(\.[^']+)'/gms)];
      const needed = imports
        .filter(([, names]) => types === 'with types' || !/^type\s|^\{(?:\s*type [^,}]+,?\s*)+\}$/.test(names!.trim()))
        .map(([, , path]) => posix.join(posix.dirname(file), path!).replace(/\.js$/, '.ts'));
      return [file, needed];
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

  it('are found if they import themselves', () => {
    const graph = new Map([
      ['a.ts', ['b.ts']],
      ['b.ts', ['c.ts']],
      ['c.ts', ['b.ts']],
    ]);
    expect(circles(graph)).to.deep.equal(['b.ts -> c.ts -> b.ts']);
  });
});
