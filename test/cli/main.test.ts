import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { main } from '../../src/cli/main.js';
import { zipOf } from '../unwrap/make.js';

const modules = {
  converter: new URL('./fake-converter.ts', import.meta.url).href,
  worker: new URL('./source-worker.mjs', import.meta.url).href,
};

interface Run {
  code: number;
  out: string;
  err: string;
}

async function cairn(args: string[], input = '', isTTY = false): Promise<Run> {
  const out = collector();
  const err = collector();
  const terminal = {
    stdin: Readable.from([Buffer.from(input)]),
    stdout: out.stream,
    stderr: Object.assign(err.stream, { isTTY }),
  };
  const code = await main(args, terminal, modules);
  return { code, out: out.text(), err: err.text() };
}

function collector(): { stream: Writable; text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done): void {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}

describe('cairn', () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cairn-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function files(contents: Record<string, string>): void {
    for (const [name, text] of Object.entries(contents)) {
      mkdirSync(dirname(at(name)), { recursive: true });
      writeFileSync(at(name), text);
    }
  }

  it('shows its help and its version on the standard output', async () => {
    expect(await cairn(['--help'])).to.include({ code: 0, err: '' });
    expect((await cairn(['--help'])).out).to.include('cairn convert FILE');
    expect((await cairn(['--version'])).out).to.match(/^\d+\.\d+\.\d+\n$/);
  });

  it('answers a wrong option with one line and the way to the help', async () => {
    const run = await cairn(['convert', 'a.xml', '--prety']);
    expect(run).to.deep.equal({
      code: 1,
      out: '',
      err: 'cairn: unknown option --prety; did you mean --pretty? (see cairn --help)\n',
    });
  });

  describe('with an envelope', () => {
    const archive = (entries: Record<string, string>): Buffer =>
      zipOf(Object.entries(entries).map(([name, data]) => ({ name, data })));

    it('gives the Bundle of its one document as without an envelope', async () => {
      writeFileSync(at('one.zip'), archive({ 'a.xml': 'fine' }));
      const run = await cairn(['convert', at('one.zip'), '--pretty', '--ledger', at('ledger.json')]);
      expect(run).to.deep.equal({
        code: 0,
        out: '{\n  "resourceType": "Bundle",\n  "type": "transaction",\n  "id": "fine"\n}\n',
        err: '',
      });
      expect(readFileSync(at('ledger.json'), 'utf8')).to.include('"totals"');
    });

    it('keeps the digits of numbers in an indented Bundle', async () => {
      const real = { ...modules, converter: new URL('../../src/convert.ts', import.meta.url).href };
      const sample = readFileSync(new URL('../../samples/visit-summary.xml', import.meta.url), 'utf8');
      // A value that JSON.parse would make 120.
      const document = sample.replace(/(<value xsi:type="PQ" value=")\d+"/, '$1120.00"');
      writeFileSync(at('one.zip'), archive({ 'a.xml': document }));
      const out = collector();
      const terminal = { stdin: Readable.from([]), stdout: out.stream, stderr: collector().stream };
      expect(await main(['convert', at('one.zip'), '--pretty'], terminal, real)).to.equal(0);
      expect(out.text()).to.match(/"value": 120\.00,/);
    });

    it('writes one Bundle a line for several documents, reports parts that fail, and goes on', async () => {
      writeFileSync(
        at('feed.zip'),
        archive({ 'a.xml': 'one', 'b.xml': 'ill-formed', 'c.pdf.xml': '%PDF-1.7', 'd.xml': 'two' }),
      );
      const run = await cairn(['convert', at('feed.zip')]);
      expect(
        run.out
          .trim()
          .split('\n')
          .map((line) => (JSON.parse(line) as { id: string }).id),
      ).to.deep.equal(['one', 'two']);
      expect(run.code).to.equal(1);
      expect(run.err).to.equal(
        `${at('feed.zip')} (zip b.xml):3:14: an end tag does not match\n${at('feed.zip')} (zip c.pdf.xml): it is a PDF file, no CDA\n`,
      );
    });

    it('goes on after a part that is over a limit', async () => {
      writeFileSync(at('feed.zip'), archive({ 'a.xml': 'limits', 'b.xml': 'two' }));
      const run = await cairn(['convert', at('feed.zip'), '--time-limit', '3', '--max-output', '5']);
      expect((JSON.parse(run.out) as { id: string }).id).to.equal('two');
      expect(run.code).to.equal(1);
      expect(run.err).to.equal(`${at('feed.zip')} (zip a.xml): limits of 3 s and 5 MB\n`);
    });

    it('needs a folder for several ledgers', async () => {
      writeFileSync(at('feed.zip'), archive({ 'a.xml': 'one', 'd.xml': 'two' }));
      const run = await cairn(['convert', at('feed.zip'), '--ledger', at('l.json')]);
      expect(run.err).to.match(/feed\.zip holds several documents: that needs --out DIR/);
      expect(run.code).to.equal(1);
    });

    it('writes each document of it into a folder, with its name there', async () => {
      mkdirSync(at('in'));
      writeFileSync(at('in/feed.zip'), archive({ 'p/../q.xml': 'no', 'p/Étude 1.xml': 'one', 'd.xml': 'two' }));
      const run = await cairn(['convert', at('in'), '--out', at('out'), '--ledger']);
      expect(readdirSync(at('out/feed.zip')).sort()).to.deep.equal([
        '00001-Étude 1.json',
        '00001-Étude 1.ledger.json',
        '00002-d.json',
        '00002-d.ledger.json',
      ]);
      expect(run.err).to.match(/its name leads out of the archive\n2 documents converted, 1 failed/);
    });

    it('lists its content, and writes the content unchanged', async () => {
      writeFileSync(at('feed.zip'), archive({ 'a.xml': 'one', 'b.xml': 'two' }));
      const run = await cairn(['unwrap', at('feed.zip'), '--out', at('out')]);
      expect(run).to.deep.equal({ code: 0, out: 'zip a.xml\t3 bytes\nzip b.xml\t3 bytes\n', err: '' });
      expect(readFileSync(at('out/00002-b.xml'), 'utf8')).to.equal('two');
      expect((await cairn(['unwrap', '--help'])).out).to.include('cairn unwrap FILE');
      expect((await cairn(['unwrap'])).err).to.include('unwrap takes one file');
    });
  });

  describe('with one document', () => {
    it('writes the Bundle to the standard output and nothing else anywhere', async () => {
      files({ 'a.xml': 'fine' });
      const run = await cairn(['convert', at('a.xml'), '--bundle', 'document']);
      expect(run).to.deep.equal({
        code: 0,
        out: '{"resourceType":"Bundle","type":"document","id":"fine"}\n',
        err: '',
      });
      expect(readdirSync(folder)).to.deep.equal(['a.xml']);
    });

    it('reads the standard input for -', async () => {
      expect((await cairn(['convert', '-'], 'fine')).out).to.include('"fine"');
    });

    it('indents with --pretty and writes XML with --format xml', async () => {
      expect((await cairn(['convert', '-', '--pretty'], 'fine')).out).to.match(/^\{\n {2}"resourceType"/);
      expect((await cairn(['convert', '-', '--format', 'xml'], 'fine')).out).to.match(/<Bundle xmlns=/);
    });

    it('writes ledger and trace to the files named', async () => {
      await cairn(['convert', '-', '--ledger', at('l.json'), '--trace', at('new/t.json')], 'fine');
      expect(JSON.parse(readFileSync(at('l.json'), 'utf8'))).to.have.keys('totals', 'items');
      expect(JSON.parse(readFileSync(at('new/t.json'), 'utf8'))).to.have.lengthOf(1);
      expect(readdirSync(folder)).to.have.members(['l.json', 'new']);
    });

    it('says where a document is wrong, and gives no Bundle', async () => {
      files({ 'a.xml': 'ill-formed' });
      const err = `${at('a.xml')}:3:14: an end tag does not match\n`;
      expect(await cairn(['convert', at('a.xml')])).to.deep.equal({ code: 1, out: '', err });
      expect((await cairn(['convert', '-'], 'ill-formed')).err).to.match(/^stdin:3:14: /);
    });

    it('says that a file is missing, or is a folder', async () => {
      expect((await cairn(['convert', at('no.xml')])).err).to.equal(`${at('no.xml')}: no such file or folder\n`);
      expect((await cairn(['convert', folder])).err).to.include('is a folder: that needs --out DIR');
    });

    it('says each mistake of a mapping set on its own line', async () => {
      const run = await cairn(['convert', '-', '--mappings', 'bad'], 'fine');
      const err = 'bad/problem.json:3:5: Condition has no element cod\nbad/result.json:7:1: no such path\n';
      expect(run).to.deep.equal({ code: 1, out: '', err });
    });

    it('reports an unknown sender', async () => {
      const run = await cairn(['convert', '-', '--sender', 'nobody'], 'fine');
      const err = 'cairn: there is no sender nobody in the mapping set\n';
      expect(run).to.deep.equal({ code: 1, out: '', err });
    });

    it('reports its own fault in one line, without a stack and without content of the document', async () => {
      const { code, out, err } = await cairn(['convert', '-'], 'bug');
      expect({ code, out }).to.deep.equal({ code: 1, out: '' });
      expect(err).to.match(/^stdin: internal error \(TypeError in [\w./]+:\d+\); please report it\n$/);
    });

    it('reports each kind of warning once, with its first place', async () => {
      const { code, err } = await cairn(['convert', '-'], 'odd');
      expect({ code, err }).to.deep.equal({
        code: 0,
        err: 'stdin:12:2: warning: no such day (1 more of this kind)\n',
      });
    });

    it('names the second place that a warning is about', async () => {
      const { err } = await cairn(['convert', '-'], 'contradicted');
      expect(err).to.equal('stdin:3:4: warning: two ends (see also 5:6)\n');
    });
  });

  describe('with several documents', () => {
    it('writes a Bundle for each under its relative path, and ends with a summary', async () => {
      files({ 'in/a.xml': 'one', 'in/deep/b.XML': 'two', 'in/readme.txt': 'no document', 'c.xml': 'three' });
      const run = await cairn(['convert', at('in'), at('c.xml'), '-', '--out', at('out'), '--ledger'], 'four');
      expect(run).to.include({ code: 0, out: '' });
      expect(run.err).to.match(
        /^4 documents converted, 0 failed; 0 warnings; 4 of 16 facts unmapped; 0\.0 MB in \d+\.\d s\n$/,
      );
      expect(readdirSync(at('out'), { recursive: true })).to.have.members([
        'a.xml.json',
        'a.xml.ledger.json',
        'c.xml.json',
        'c.xml.ledger.json',
        'deep',
        'deep/b.XML.json',
        'deep/b.XML.ledger.json',
        'stdin.json',
        'stdin.ledger.json',
      ]);
      expect(JSON.parse(readFileSync(at('out/deep/b.XML.json'), 'utf8'))).to.have.property('id', 'two');
    });

    it('goes on after bad documents, also after those that crash a worker', async () => {
      files({
        'in/1.xml': 'exit',
        'in/2.xml': 'ill-formed',
        'in/3.xml': 'bug',
        'in/4.xml': 'exit',
        'in/5.xml': 'fine',
        'in/6.xml': 'fine',
      });
      const run = await cairn(['convert', at('in'), '--out', at('out')]);
      expect(run).to.include({ code: 1, out: '' });
      const lines = run.err.trim().split('\n');
      expect(lines).to.include(`${at('in/2.xml')}:3:14: an end tag does not match`);
      expect(lines).to.include(`${at('in/1.xml')}: internal error`);
      expect(lines.at(-1)).to.match(/^2 documents converted, 4 failed;/);
      expect(lines).to.have.lengthOf(5);
      expect(readdirSync(at('out'))).to.have.members(['5.xml.json', '6.xml.json']);
    });

    it('does not take the output of an earlier run for documents', async () => {
      files({ 'a.xml': 'fine', 'out/old.xml.xml': 'ill-formed' });
      const run = await cairn(['convert', folder, '--out', at('out'), '--format', 'xml']);
      expect(run.err).to.match(/^1 document converted, 0 failed/);
    });

    it('refuses two documents that would be written to one file', async () => {
      files({ 'a/x.xml': 'fine', 'b/x.xml': 'fine' });
      const run = await cairn(['convert', at('a/x.xml'), at('b/x.xml'), '--out', at('out')]);
      expect(run.code).to.equal(1);
      expect(run.err).to.include('would be written to one file');
    });

    it('reports a mistake of the mapping set once, whatever the number of workers', async () => {
      files({ 'in/1.xml': 'fine', 'in/2.xml': 'fine', 'in/3.xml': 'fine' });
      const run = await cairn(['convert', at('in'), '--out', at('out'), '--mappings', 'bad']);
      const err = 'bad/problem.json:3:5: Condition has no element cod\nbad/result.json:7:1: no such path\n';
      expect(run).to.deep.equal({ code: 1, out: '', err });
    });

    it('says that a Bundle cannot be written, and leaves no incomplete file', async () => {
      files({ 'in/1.xml': 'fine', 'out/1.xml.json/in-the-way': '' });
      const run = await cairn(['convert', at('in'), '--out', at('out')]);
      expect(run.code).to.equal(1);
      expect(run.err).to.include('out/1.xml.json');
      expect(readdirSync(at('out'))).to.deep.equal(['1.xml.json']);
    });

    it('ignores folders whose name ends like that of a document', async () => {
      files({ 'in/1.xml': 'fine' });
      execFileSync('mkfifo', [at('in/2.xml')]);
      symlinkSync(at('in/2.xml'), at('in/3.xml'));
      symlinkSync(at('in/1.xml'), at('in/4.xml'));
      const run = await cairn(['convert', at('in'), '--out', at('out')]);
      expect(run.code).to.equal(0);
      expect(readdirSync(at('out'))).to.deep.equal(['1.xml.json', '4.xml.json']);
    });

    it('says that --out is a file, before it converts anything', async () => {
      files({ 'in/1.xml': 'fine', out: 'a file' });
      const run = await cairn(['convert', at('in'), '--out', at('out')]);
      expect(run.err).to.equal(`cairn: --out names a folder; ${at('out')} is a file (see cairn --help)\n`);
      expect(run.code).to.equal(1);
      const inside = await cairn(['convert', at('in'), '--out', at('out/deeper')]);
      expect(inside.err).to.match(/^.*: a part of its path is not a folder\n$/);
    });

    it('shows control characters of a file name by their numbers', async () => {
      files({ 'in/\u001b[2J\r\u202eevil\n.xml': 'ill-formed' });
      const run = await cairn(['convert', at('in'), '--out', at('out')]);
      expect(run.err).to.match(/^[\x20-\x7e]*\\u\{1b\}\[2J\\u\{d\}\\u\{202e\}evil\\u\{a\}\.xml:3:14: /);
    });

    it('passes limits on, and says which one was exceeded', async () => {
      files({ 'in/1.xml': 'limits' });
      const limits = ['--time-limit', '1.5', '--max-output', '3'];
      const many = await cairn(['convert', at('in'), '--out', at('out'), ...limits]);
      expect(many.err).to.contain(`${at('in/1.xml')}: limits of 1.5 s and 3 MB\n`);
      const one = await cairn(['convert', at('in/1.xml'), ...limits]);
      expect(one).to.deep.equal({ code: 1, out: '', err: `${at('in/1.xml')}: limits of 1.5 s and 3 MB\n` });
      for (const wrong of ['0', '-1', 'soon', '1e9'])
        expect((await cairn(['convert', at('in/1.xml'), `--time-limit=${wrong}`])).err).to.contain('seconds above 0');
    });

    it('shows progress on a terminal only', async () => {
      files({ 'in/1.xml': 'fine', 'in/2.xml': 'ill-formed' });
      const run = await cairn(['convert', at('in'), '--out', at('out')], '', true);
      expect(run.err).to.include('\r\u001B[K2/2 documents');
    });
  });
});
