import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { builtModule } from '../built.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What an example prints. */
async function printed(name: string, ...args: string[]): Promise<string> {
  const node = ['--import', './test/examples/from-built.mjs', `examples/${name}`, ...args];
  const env = { ...process.env, CAIRN_LIBRARY: pathToFileURL(builtModule('index.js')).href };
  return (await promisify(execFile)(process.execPath, node, { cwd: root, env })).stdout;
}

describe('the examples for the library', function () {
  this.timeout(120_000);

  it('convert a folder and count what became of its facts', async () => {
    const lines = (await printed('convert-folder.mjs')).trim().split('\n');
    expect(lines).to.have.length(readdirSync(`${root}/samples`).filter((file) => file.endsWith('.xml')).length);
    for (const line of lines)
      expect(line).to.match(/^[\w-]+\.xml: \d+ entries, [1-9]\d* facts mapped, \d+ not, \d+ issues$/);
  });

  it('tell where a value came from, and by which rule', async () => {
    expect(await printed('explain-value.mjs')).to.match(
      /^Condition\/[\w-]+\.onsetDateTime\n {2}from line \d+, column \d+: \/ClinicalDocument.*\n {2}by fragments\/problem\.json#\/value\/onsetDateTime/,
    );
  });

  it("ask a payer's question of several documents", async () => {
    const lines = (await printed('ask-one-purpose.mjs')).trim().split('\n');
    expect(lines[0]).to.match(/^a person in \d documents$/);
    expect(lines.filter((line) => /: [1-9]\d* found/.test(line))).to.not.deep.equal([]);
  });
});
