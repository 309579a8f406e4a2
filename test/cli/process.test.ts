import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { builtModule } from '../built.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sample = 'samples/progress-note.xml';

function start(...args: string[]) {
  return spawn(process.execPath, [builtModule('cli.js'), ...args], { cwd: root });
}

async function run(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = start(...args);
  child.stdin.end();
  const code = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, out, err };
}

describe('the cairn process', () => {
  it('converts a sample to a Bundle', async () => {
    const { code, out } = await run('convert', sample);
    expect(code).to.equal(0);
    expect(JSON.parse(out)).to.include({ resourceType: 'Bundle', type: 'transaction' });
  });

  it('ends quietly when nobody reads to the end', async () => {
    const child = start('convert', sample, '--pretty');
    const errors = text(child.stderr);
    const code = new Promise<number | null>((resolve) => child.on('close', resolve));
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await code).to.equal(0);
    expect(await errors).not.to.match(/EPIPE|\bat /);
  });

  it('fails with exit code 1 and one line where there is no document', async () => {
    const { code, out, err } = await run('convert', 'no-such-file.xml');
    expect({ code, out, err }).to.deep.equal({ code: 1, out: '', err: 'no-such-file.xml: no such file or folder\n' });
  });

  it('leaves no half written file behind when it is stopped', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cairn-stopped-'));
    const bytes = readFileSync(join(root, sample));
    mkdirSync(join(folder, 'in'));
    for (let i = 0; i < 300; i++) writeFileSync(join(folder, 'in', `${i}.xml`), bytes);
    const args = ['convert', join(folder, 'in'), '--out', join(folder, 'out'), '--ledger'];
    const child = start(...args);
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const written = (): string[] => (existsSync(join(folder, 'out')) ? readdirSync(join(folder, 'out')) : []);
    while (written().length < 5 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill('SIGINT');
    expect(await ended).to.equal(130);
    expect(written().filter((name) => name.endsWith('.part'))).to.deep.equal([]);
    expect(written().length).to.be.lessThan(600);
    rmSync(folder, { recursive: true });
  });
});
