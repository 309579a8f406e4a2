import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { expect } from 'chai';
import { checkStore } from '../../src/cli/store.js';
import { openStore } from '../../src/store/store.js';
import { thread } from '../store/opened.js';
import { zipOf } from '../unwrap/make.js';
import { post, realConverter, sample, startHarness, type Harness } from '../service/harness.js';
import { runCairn, type Ended } from './cairn.js';

const documentOf = (number: number): string =>
  sample.toString().replaceAll('PN-20240306-0082', `PN-${number}`).replaceAll('PN-0082', `S-${number}`);

const cairn = (args: string[], input = ''): Promise<Ended> =>
  runCairn(args, { converter: realConverter, worker: '' }, input);

describe('commands for a store', function () {
  this.timeout(120_000);
  let folder: string;
  let service: Harness;
  const to = (...args: string[]): Promise<Ended> => cairn([...args, '--to', service.address]);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cairn-commands-'));
    for (const name of ['store', 'feed', 'out']) mkdirSync(join(folder, name));
    service = await startHarness(
      {
        CAIRN_STORE: join(folder, 'store'),
        CAIRN_BODY_MEGABYTES: '0.2',
        CAIRN_RECEIVERS: JSON.stringify([{ kind: 'folder', name: 'out', path: join(folder, 'out') }]),
      },
      realConverter,
    );
  });
  after(async () => {
    await service.stop();
    rmSync(folder, { recursive: true });
  });

  it('import files, lists and archives, and nothing twice', async () => {
    writeFileSync(join(folder, 'feed', 'one.xml'), documentOf(1));
    writeFileSync(join(folder, 'feed', 'two.zip'), zipOf([{ name: 'two.xml', data: Buffer.from(documentOf(2)) }]));
    // Too large for one request of this service: it is opened here.
    const many = Array.from({ length: 6 }, (_, index) => ({
      name: `${index}.xml`,
      data: Buffer.from(documentOf(10 + index)),
    }));
    writeFileSync(
      join(folder, 'feed', 'large.zip'),
      zipOf([...many, { name: 'x.bin.xml', data: Buffer.alloc(250_000, 'ab'.repeat(50)) }]),
    );
    writeFileSync(
      join(folder, 'feed', 'list.ndjson'),
      `${JSON.stringify({ content: documentOf(3) })}\n{"path":"one.xml"}\n`,
    );
    const first = await to('import', join(folder, 'feed'));
    expect(first.out).to.match(/^\d+ taken, \d+ were there already, \d+ not taken\n$/);
    const again = await to('import', join(folder, 'feed', 'one.xml'));
    expect(again).to.include({ code: 0, out: '0 taken, 1 were there already, 0 not taken\n', err: '' });
    expect((await to('import', join(folder, 'none'))).err).to.match(/no such file/);
    expect((await cairn(['import', join(folder, 'feed', 'one.xml'), '--to', 'http://127.0.0.1:1'])).err).to.match(
      /no service answers/,
    );
  });

  it('show the state of the store, and the events of a document', async () => {
    await service.call('/documents?wait=30', post(documentOf(4)));
    const { out } = await to('status');
    expect(out)
      .to.match(/^waiting +\d+/m)
      .and.to.match(/^receiver out: up, \d+ waiting, \d+ delivered, 0 dead letters$/m);
    const list = (await (await service.call('/documents?_count=1')).json()) as {
      entry: { resource: { id: string } }[];
    };
    const one = await to('status', list.entry[0]!.resource.id);
    expect(one.out).to.match(/^\S+Z {2}received/m);
    expect((await to('status', 'nobody')).err).to.match(/answers 404/);
  });

  it('replay, list dead letters, and purge', async () => {
    const list = (await (await service.call('/documents?_count=1')).json()) as {
      entry: { resource: { id: string } }[];
    };
    const { id } = list.entry[0]!.resource;
    const replayed = await to('replay', id, '--dry-run');
    expect(JSON.parse(replayed.out)).to.include({ documents: 1, same: 1 });
    expect(await to('dead', 'out')).to.include({ code: 0, out: '', err: '' });
    expect((await to('dead', 'out', '--redeliver')).out).to.equal('0 sent again\n');
    expect((await to('hold', id)).err).to.match(/needs --reason/);
    expect((await to('hold', '--reason', 'x')).err).to.match(/--patient ID, or documents/);
    expect(await to('hold', id, '--reason', 'case 7')).to.include({
      code: 0,
      out: '1 documents on hold until it is lifted\n',
    });
    expect((await to('hold')).out).to.include(`"document":"${id}"`);
    expect((await to('purge', id, '--reason', 'asked for')).err).to.match(/answers 409: .* on legal hold/);
    expect((await to('hold', id, '--reason', 'closed', '--lift')).out).to.equal('1 holds lifted\n');
    expect((await to('purge', id)).err).to.match(/needs --reason/);
    expect(await to('purge', id, '--reason', 'asked for')).to.include({
      code: 0,
      out: '1 documents purged\nout: 1 removed\n',
    });
  });

  it('back a running store up, and check what was backed up', async () => {
    mkdirSync(join(folder, 'restored'));
    const file = join(folder, 'restored', 'cairn.sqlite');
    expect(await to('store', 'backup', file)).to.include({ code: 0, err: '' });
    expect((await to('store', 'backup', file)).err).to.match(/is there already/);
    const store = await openStore(join(folder, 'restored'), thread);
    let out = '';
    const stdout = new Writable({
      write(chunk: Buffer, _, done) {
        out += chunk.toString();
        done();
      },
    });
    expect(await checkStore(store, { stdin: Readable.from([]), stdout, stderr: stdout })).to.equal(0);
    expect(out).to.match(/^\d+ documents checked, 0 faults\n$/);
    await store.close();
    const by = (command: string): Promise<Ended> =>
      cairn(['store', 'check', '--store', join(folder, 'restored'), '--master-key-command', command]);
    expect((await by('exit 7')).err).to.match(/the command ended with 7/);
    expect((await cairn(['store', 'check', '--store', join(folder, 'feed')])).err).to.match(/there is no store in/);
  });
});

describe('cairn convert --ndjson', function () {
  this.timeout(60_000);

  it('writes a line for each line, in the same order, with the same bytes as the other ways of converting', async () => {
    const lines = [
      JSON.stringify({ id: 'a', content: sample.toString() }),
      JSON.stringify({ id: 2, base64: sample.toString('base64') }),
      JSON.stringify({ id: 'c', content: '<ClinicalDocument>' }),
      'no json',
      '',
      JSON.stringify(sample.toString()),
    ];
    const { code, out } = await cairn(['convert', '--ndjson'], `${lines.join('\n')}\n`);
    expect(code).to.equal(0);
    const answers = out.trim().split('\n');
    expect(answers).to.have.lengthOf(5);
    const { createConverter } = (await import(realConverter)) as typeof import('../../src/convert.js');
    const { writeJson } = await import('../../src/bundle/write-json.js');
    const bundle = writeJson(createConverter().convert(sample).bundle);
    expect(answers[0]).to.equal(`{"id":"a","bundle":${bundle}}`);
    expect(answers[1]).to.equal(`{"id":2,"bundle":${bundle}}`);
    expect(JSON.parse(answers[2]!)).to.have.nested.property('outcome.issue[0].diagnostics', 'line 1, column 19');
    expect(JSON.parse(answers[3]!)).to.have.nested.property('outcome.issue[0].details.text', 'The line is no JSON.');
    expect(answers[4]).to.equal(`{"bundle":${bundle}}`);
  });

  it('refuses options that do not fit', async () => {
    expect((await cairn(['convert', '--ndjson', 'file.xml'])).err).to.match(/reads the standard input/);
    expect((await cairn(['convert', '--ndjson', '--bundle', 'box'])).err).to.match(/--bundle must be one of/);
  });
});
