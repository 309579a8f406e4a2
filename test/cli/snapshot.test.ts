import { expect } from 'chai';
import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtModule } from '../built.js';
import { zipOf } from '../unwrap/make.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const samples = join(root, 'samples');
const note = join(samples, 'progress-note.xml');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A package of its own, which a test may change. */
function packageIn(folder: string): string {
  const built = dirname(builtModule(''));
  cpSync(join(built, 'dist'), join(folder, 'dist'), { recursive: true });
  cpSync(realpathSync(join(built, 'mappings')), join(folder, 'mappings'), { recursive: true });
  for (const name of ['purposes', 'valuesets', 'categories', 'package.json', 'node_modules'])
    symlinkSync(join(root, name), join(folder, name));
  return join(folder, 'dist/cli.js');
}

function run(
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
  input?: Buffer,
): Ended {
  const env = { ...process.env, NODE_OPTIONS: '', NODE_V8_COVERAGE: '', ...environment };
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { env, input, maxBuffer: 1e8 });
  return { code: status, out: stdout.toString(), err: stderr.toString() };
}

const withoutSnapshot = { CAIRN_SNAPSHOT: 'off' };

describe('cairn snapshot', function () {
  this.timeout(120_000);
  let folder: string;
  let command: string;

  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'cairn-snapshot-'));
    command = packageIn(folder);
    expect(run(command, ['snapshot'])).to.include({ code: 0, err: '' });
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('lets a conversion start without loading the modules of the command line', () => {
    const programs = join(folder, 'dist/programs');
    const start = readdirSync(programs).find((name) => /^start-\w+\.js$/.test(name))!;
    renameSync(join(programs, start), join(programs, 'away'));
    try {
      expect(run(command, ['convert', note]).code).to.equal(0);
      expect(run(command, ['convert', note], withoutSnapshot).code).to.equal(1);
      expect(run(command, ['convert', note], { NODE_OPTIONS: '--no-warnings' }).code).to.equal(1);
      expect(run(command, ['convert', note, '--mappings', 'mappings']).code).to.equal(1);
    } finally {
      renameSync(join(programs, 'away'), join(programs, start));
    }
  });

  for (const [what, args] of [
    ['a Bundle', ['visit-summary.xml']],
    [
      'indented XML of a document Bundle',
      ['discharge-summary.xml', '--pretty', '--format', 'xml', '--bundle', 'document'],
    ],
    [
      'times of a zone and canonical units',
      ['exchange-summary.xml', '--time-zone', 'America/New_York', '--units', 'canonical'],
    ],
    ['another version of US Core', ['follow-up-visit.xml', '--us-core', '8.0.1']],
    ['an unknown option', ['progress-note.xml', '--prety']],
    ['a file that is not there', ['no-such-note.xml']],
    ['a document over its time limit', ['visit-summary.xml', '--time-limit', '0.001']],
  ] as const)
    it(`changes nothing of ${what}`, () => {
      const [name, ...options] = args;
      const asked = ['convert', join(samples, name), ...options];
      expect(run(command, asked)).to.deep.equal(run(command, asked, withoutSnapshot));
    });

  it('changes nothing of a ledger and a trace', () => {
    const written = (environment: Record<string, string>): string[] => {
      const files = ['ledger.json', 'trace.json'].map((name) => join(folder, name));
      expect(run(command, ['convert', note, '--ledger', files[0]!, '--trace', files[1]!], environment).code).to.equal(
        0,
      );
      return files.map((file) => readFileSync(file, 'utf8'));
    };
    expect(written({})).to.deep.equal(written(withoutSnapshot));
  });

  it('changes nothing of what comes by the standard input, bare or in an envelope', () => {
    const bytes = readFileSync(note);
    const mime = Buffer.from(
      `MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/xml\r\n\r\n${bytes.toString()}\r\n--b--\r\n`,
    );
    const zip = zipOf([{ name: 'note.xml', data: bytes }]);
    for (const input of [bytes, mime, zip, Buffer.from('<ClinicalDocument>\n<id></ClinicalDocument>')]) {
      const ended = run(command, ['convert', '-'], {}, input);
      expect(ended).to.deep.equal(run(command, ['convert', '-'], withoutSnapshot, input));
    }
  });

  it('ends when the command is stopped', async () => {
    const child = spawn(process.execPath, [command, 'convert', '-']);
    const closed = new Promise<unknown>((resolve) =>
      child.on('close', (code, signal) => {
        resolve(code ?? signal);
      }),
    );
    // Long enough for either process to be there; the pipes close only when both have ended.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    child.kill('SIGTERM');
    expect(await closed).to.be.oneOf([143, 'SIGTERM']);
  });

  it('sees a mapping that was edited since', () => {
    const file = join(folder, 'mappings/problems/problem-observation.json');
    const text = readFileSync(file, 'utf8');
    const before = run(command, ['convert', note]).out;
    writeFileSync(file, text.replace('"title": "', '"title": "Edited: '));
    const edited = run(command, ['convert', note]).out;
    expect(edited).not.to.equal(before);
    expect(edited).to.equal(run(command, ['convert', note], withoutSnapshot).out);
    writeFileSync(file, text);
    expect(run(command, ['convert', note]).out).to.equal(before);
  });

  it('is not used by a package that has moved', () => {
    const moved = `${folder}-moved`;
    renameSync(folder, moved);
    try {
      const ended = run(join(moved, 'dist/cli.js'), ['convert', note]);
      expect(ended).to.deep.equal(run(join(moved, 'dist/cli.js'), ['convert', note], withoutSnapshot));
    } finally {
      renameSync(moved, folder);
    }
  });
});
