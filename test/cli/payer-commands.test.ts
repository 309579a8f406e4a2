import { expect } from 'chai';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bundle, OperationOutcome, Parameters } from 'fhir/r4.js';
import { attachment, file, parameters, sample } from '../attachment/submission.js';
import { runCairn, type Ended } from './cairn.js';

const modules = {
  converter: new URL('../../src/convert.ts', import.meta.url).href,
  worker: new URL('./source-worker.mjs', import.meta.url).href,
};

async function cairn(...args: string[]): Promise<Pick<Ended, 'code' | 'out' | 'err'>> {
  const { code, out, err } = await runCairn(args, modules);
  return { code, out, err };
}

describe('cairn attach and cairn test purposes', function () {
  this.timeout(60_000);
  let folder: string;
  const at = (...names: string[]): string => join(folder, ...names);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cairn-payer-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('takes a submission, and prints its resources on request', async () => {
    writeFileSync(at('claim.json'), JSON.stringify(parameters([attachment(file(sample('progress-note')))])));
    const plain = await cairn('attach', at('claim.json'));
    expect(plain.code).to.equal(0);
    expect((JSON.parse(plain.out) as OperationOutcome).issue[0]!.details!.text).to.contain('held for association');
    const whole = await cairn('attach', at('claim.json'), '--bundle');
    expect((JSON.parse(whole.out) as Parameters).parameter!.map(({ name }) => name)).to.deep.equal([
      'outcome',
      'task',
      'bundle',
    ]);
  });

  it('says in one line what is wrong with a submission', async () => {
    writeFileSync(at('claim.json'), JSON.stringify(parameters([])));
    expect(await cairn('attach', at('claim.json'))).to.deep.equal({
      code: 1,
      out: '',
      err: `${at('claim.json')}: Parameters.parameter.where(name='Attachment'): Attachment must be there.\n`,
    });
    writeFileSync(at('claim.json'), 'no JSON');
    expect((await cairn('attach', at('claim.json'))).err).to.match(/^[^\n]*not well-formed JSON[^\n]*\n$/);
    expect((await cairn('attach', at('claim.json'), '--signature', 'sometimes')).code).to.equal(1);
    expect((await cairn('attach', at('absent.json'))).err).to.match(/^[^\n]+\n$/);
  });

  it("runs the tests of a payer's own purposes, and says which fail and how", async () => {
    mkdirSync(at('purposes'));
    const purpose = {
      id: 'my-statins',
      title: 'Statins',
      use: 'quality-metrics',
      items: [{ id: 'any', query: 'MedicationRequest?status=active' }],
      answer: { kind: 'List' },
    };
    const order = { resourceType: 'MedicationRequest', id: 'order', status: 'active', intent: 'order' };
    const test = (found: string[]): object => ({
      tests: [{ name: 'finds what is active', documents: [{ resources: [order] }], found: { any: found } }],
    });
    writeFileSync(at('purposes', 'my-statins.json'), JSON.stringify(purpose));
    writeFileSync(at('purposes', 'my-statins.test.json'), JSON.stringify(test(['order'])));
    expect(await cairn('test', at('purposes'))).to.deep.equal({ code: 0, out: '1 passed, 0 failed\n', err: '' });
    writeFileSync(at('purposes', 'my-statins.test.json'), JSON.stringify(test([])));
    const failed = await cairn('test', at('purposes'));
    expect(failed.code).to.equal(1);
    expect(failed.out).to.match(
      /my-statins\.test\.json: finds what is active\n {2}any: MedicationRequest order is not expected\n0 passed, 1 failed\n$/,
    );
    writeFileSync(at('purposes', 'my-statins.test.json'), '{');
    expect((await cairn('test', at('purposes'))).err).to.contain('a test is not JSON');
  });
});

describe('cairn record', function () {
  this.timeout(60_000);

  it('searches a folder for documents, also one below the folder that it is started in', async () => {
    const { code, out } = await cairn('record', 'samples');
    expect(code).to.equal(0);
    const people = out.trim().split('\n');
    expect(people).to.have.length.greaterThan(1);
    for (const person of people) {
      const { entry } = JSON.parse(person) as Bundle;
      expect(entry!.filter(({ resource }) => resource!.resourceType === 'Patient')).to.have.length(1);
    }
  });
});
