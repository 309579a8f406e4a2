import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { newApiKey } from '../../src/service/auth/keys.js';
import { realConverter, root, startHarness, type Harness } from './harness.js';

const run = promisify(execFile);

/** The lines of the `sh` blocks, by the heading above them. */
function linesOf(markdown: string): { heading: string; line: string }[] {
  const found: { heading: string; line: string }[] = [];
  let heading = '';
  let inside = false;
  for (const line of markdown.split('\n')) {
    if (line.startsWith('#') && !inside) heading = line.replace(/^#+ /, '');
    else if (line.startsWith('```')) inside = line === '```sh';
    else if (inside && line !== '') found.push({ heading, line });
  }
  return found;
}

describe('samples/curl.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-curl-'));
  const { key, hash } = newApiKey();
  const lines = linesOf(readFileSync(join(root, 'samples/curl.md'), 'utf8'));
  let open: Harness;
  let guarded: Harness;
  before(async () => {
    for (const name of ['samples', 'node_modules']) symlinkSync(join(root, name), join(folder, name));
    [open, guarded] = await Promise.all([
      startHarness({}, realConverter),
      startHarness({ CAIRN_KEYS: `feed:${hash}` }, realConverter),
    ]);
  });
  after(async () => {
    await Promise.all([open.stop(), guarded.stop()]);
    rmSync(folder, { recursive: true });
  });

  for (const { heading, line } of lines) {
    it(`${heading}: ${line.length > 100 ? `${line.slice(0, 100)} …` : line}`, async () => {
      const { address } = heading === 'With authentication' ? guarded : open;
      const command = line
        .replaceAll('http://127.0.0.1:8080', address)
        .replace('node dist/cli.js', `node --import tsx "${root}src/cli.ts"`);
      const { stdout } = await run('bash', ['-e', '-o', 'pipefail', '-c', command], {
        cwd: folder,
        env: { ...process.env, CAIRN_KEY: key },
        maxBuffer: 1e9,
      });
      const output = line.includes('-o bundle.json') ? readFileSync(join(folder, 'bundle.json'), 'utf8') : stdout;
      expect(output).not.to.match(/^(\{"resourceType":"|.*<)OperationOutcome/);
      if (line.includes('/convert') || line.includes('$convert'))
        expect(output.slice(0, 200)).to.match(/Bundle|Parameters|"resourceType":/);
      if (line.includes('--new-key')) expect(output).to.contain('CAIRN_KEYS=feed:');
    });
  }

  it('has more than ten lines', () => {
    expect(lines.length).to.be.greaterThan(10);
  });
});
