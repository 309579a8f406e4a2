import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { after, before } from 'mocha';
import { withDirectives } from '../../src/author/directive-list.js';
import type { MappingTest } from '../../src/author/mapping-test.js';
import { runTests } from '../../src/author/run-tests.js';
import { packagedMappings } from '../../src/convert.js';
import { createExaminer } from '../../src/examine.js';
import { textsOfSet } from '../../src/mapping/read-files.js';
import { runCairn } from '../cli/cairn.js';
import { mappingFolder } from '../mapping/mapping-folder.js';

const guide = readFileSync('docs/mapping-guide.md', 'utf8');
const packaged = Object.fromEntries(textsOfSet(packagedMappings, []));

interface Recipe {
  readonly title: string;
  readonly files: Readonly<Record<string, unknown>>;
  readonly tests: readonly MappingTest[];
}

/** The recipes of the cookbook: files and tests by what stands behind the fence. */
function recipes(): Recipe[] {
  const [, cookbook = ''] = guide.split('## Cookbook');
  return cookbook
    .split(/^### /m)
    .slice(1)
    .map((text) => {
      const blocks = [...text.matchAll(/```json (\S+)\n([^`]*)```/g)].map(
        ([, name = '', json = '']) => [name, JSON.parse(json) as unknown] as const,
      );
      return {
        title: text.slice(0, text.indexOf('\n')),
        files: Object.fromEntries(blocks.filter(([name]) => name !== 'test')),
        tests: blocks.filter(([name]) => name === 'test').map(([, test]) => test as MappingTest),
      };
    });
}

/** The names of the tests that hold. */
function holding(examine: ReturnType<typeof createExaminer>, tests: readonly MappingTest[]): string[] {
  const { results } = runTests([{ path: 'guide.test.json', tests }], examine);
  return results.flatMap(({ test, failures, error }) =>
    failures.length === 0 && error === undefined ? [test.name] : [],
  );
}

describe('the cookbook of the guide', () => {
  const all = recipes();
  // A sender that is asked for has to be there.
  const acme = { 'senders/acme/sender.json': { oids: ['2.999.77'] } };
  const without = createExaminer({ mappings: mappingFolder({ ...packaged, ...acme }) }, 'facts');

  it('has twenty recipes', () => expect(all.length).to.be.at.least(20));

  for (const { title, files, tests } of all) {
    it(`${title}: holds with its files, and not without`, () => {
      expect(tests.length).to.be.greaterThan(0);
      const names = tests.map(({ name }) => name);
      expect(
        holding(createExaminer({ mappings: mappingFolder({ ...packaged, ...files }) }, 'facts'), tests),
      ).to.deep.equal(names);
      expect(holding(without, tests)).not.to.deep.equal(names);
    });
  }

  it('lists all directives of the language', () => {
    expect(withDirectives(guide)).to.equal(guide);
  });
});

describe('the commands of the guide', () => {
  const home = process.cwd();
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'cairn-guide-'));
    cpSync('mappings', join(folder, 'mappings'), { recursive: true });
    mkdirSync(join(folder, 'samples'));
    cpSync('samples', join(folder, 'samples'), { recursive: true });
    process.chdir(folder);
  });
  after(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [, block = ''] of guide.matchAll(/```console\n([^`]*)```/g)) {
    for (const step of block.split(/^\$ cairn /m).slice(1)) {
      const [command = '', ...lines] = step.trim().split('\n');
      it(`cairn ${command}`, async () => {
        const output = await run(command.split(' '));
        let rest = output;
        for (const line of lines) {
          expect(rest, output.slice(0, 2000)).to.include(line.trim());
          rest = rest.slice(rest.indexOf(line.trim()) + line.trim().length);
        }
      });
      it(`cairn ${command} --json`, async () => {
        if (/^(new|pack mappings)/.test(command)) return;
        expect(typeof JSON.parse(await run([...command.split(' '), '--json']))).to.equal('object');
      });
    }
  }
});

async function run(args: readonly string[]): Promise<string> {
  return (await runCairn(args, { converter: '', worker: '' })).all;
}
