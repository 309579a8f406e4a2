/** The package as a stranger gets it: packed, unpacked into an empty folder, and used from there. */
import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const sample = join(root, 'samples/progress-note.xml');

describe('the installed package', function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'cairn-installed-'));
  const installed = join(folder, 'node_modules/cairn');
  const run = (command: string, ...args: string[]) =>
    spawnSync(command, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1e8 });
  const cairn = (...args: string[]) => run(process.execPath, join(installed, 'dist/cli.js'), ...args);

  before(function () {
    if (!existsSync(join(root, 'dist/programs/cli.js'))) {
      console.warn('    skipped: there is no build (npm run build)');
      this.skip();
    }
    mkdirSync(join(folder, 'node_modules'));
    // Its dependencies, without asking a registry for them.
    for (const name of readdirSync(join(root, 'node_modules')))
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
    spawnSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], { cwd: root });
    const packed = readdirSync(folder).find((name) => name.endsWith('.tgz'));
    run('tar', 'xzf', join(folder, packed ?? 'nothing'));
    run('mv', 'package', 'node_modules/cairn');
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it('converts a document with its command, as the sources do', () => {
    const { status, stdout } = cairn('convert', sample);
    expect(status).to.equal(0);
    const { stdout: wanted } = spawnSync(process.execPath, ['--import', 'tsx', 'src/cli.ts', 'convert', sample], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1e8,
    });
    expect(stdout).to.equal(wanted);
  });

  it('converts a folder with its workers', () => {
    const { status, stderr } = cairn('convert', join(root, 'samples'), '--out', join(folder, 'out'));
    expect(stderr).to.match(/documents converted, 0 failed/);
    expect(status).to.equal(0);
  });

  it('is a library whose errors are those that it exports', () => {
    writeFileSync(
      join(folder, 'use.js'),
      `import { createConverter, DocumentError, writeJson } from 'cairn';
       import { readFileSync } from 'node:fs';
       const converter = createConverter();
       const { bundle } = converter.convert(readFileSync(${JSON.stringify(sample)}));
       let refused;
       try { converter.convert(Buffer.from('<a/>')); } catch (error) { refused = error instanceof DocumentError; }
       console.log(JSON.parse(writeJson(bundle)).resourceType, refused);`,
    );
    expect(run(process.execPath, 'use.js').stdout).to.equal('Bundle true\n');
  });

  it('has the types of what it exports', () => {
    writeFileSync(
      join(folder, 'use.ts'),
      `import { createConverter, writeJson, type Conversion } from 'cairn';
       const conversion: Conversion = createConverter().convert(new Uint8Array());
       export const text: string = writeJson(conversion.bundle);`,
    );
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
    const { status, stdout } = run(
      process.execPath,
      join(root, 'node_modules/typescript/bin/tsc'),
      ...options,
      'use.ts',
    );
    expect(stdout).to.equal('');
    expect(status).to.equal(0);
  });

  it('refuses its own mappings if somebody has put a mistake into them', () => {
    const file = join(installed, 'mappings/problems/problem-observation.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"encounter": ', '"encountered": '));
    try {
      const { status, stderr } = cairn('convert', sample);
      expect(stderr).to.match(/problem-observation\.json:\d+:\d+: Condition has no element "encountered"/);
      expect(status).to.equal(1);
    } finally {
      writeFileSync(file, text);
    }
  });
});
