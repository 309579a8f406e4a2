import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Bundle, MeasureReport } from 'fhir/r4.js';
import { runCairn, type Ended } from '../cli/cairn.js';
import { findEngine } from '../../src/measure/engine.js';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const modules = {
  converter: new URL('../../src/convert.ts', import.meta.url).href,
  worker: new URL('../../src/cli/worker.ts', import.meta.url).href,
};
const engines = process.env.CAIRN_MEASURE_ENGINE ?? process.cwd();
const installed = findEngine(engines) !== undefined;
const sample = (name: string): string => here(`../../samples/${name}.xml`);
const period = ['--from', '2024-01-01', '--to', '2024-12-31'];
const measure = ['--measure', here('fixtures/annual-hba1c.json')];
const sets = ['--valuesets', here('fixtures/valuesets')];

describe('cairn measure', function () {
  this.timeout(120_000);
  const ask = (...args: readonly string[]): Promise<Ended> =>
    runCairn(['measure', '--engines', engines, ...args], modules);

  describe('with the engine', () => {
    before(function () {
      if (installed) return;
      console.log('      skipped: fqm-execution is not installed (npm run test:measure installs it and runs this)');
      this.skip();
    });

    const populations = ({ group }: MeasureReport): (number | undefined)[] =>
      group![0]!.population!.map(({ count }) => count);

    it('reports who is counted, from which facts of the document', async () => {
      const { code, out, err } = await ask(sample('progress-note'), ...measure, ...sets, ...period);
      expect(err).to.equal('');
      expect(code).to.equal(0);
      const report = JSON.parse(out) as MeasureReport;
      expect(report).to.include({ resourceType: 'MeasureReport', type: 'individual', date: '2024-12-31' });
      expect(populations(report)).to.deep.equal([1, 1, 1]);
      const types = report.evaluatedResource!.map(({ reference }) => reference!.split('/')[0]);
      expect(types).to.include.members(['Condition', 'Observation']);
    });

    it('gives a report for each person, and the same bytes again', async () => {
      const args = [sample('progress-note'), sample('discharge-summary'), ...measure, ...sets, ...period];
      const [one, other] = [await ask(...args), await ask(...args)];
      const reports = (JSON.parse(one.out) as Bundle).entry!.map(({ resource }) => resource as MeasureReport);
      expect(reports.map(populations).sort()).to.deep.equal([
        [0, 0, 0],
        [1, 1, 1],
      ]);
      expect(other.out).to.equal(one.out);
    });

    it('takes the given day as today', async () => {
      // The measure counts nobody whose report is made behind its period.
      const late = await ask(sample('progress-note'), ...measure, ...sets, ...period, '--date', '2025-01-02');
      expect(populations(JSON.parse(late.out) as MeasureReport)).to.deep.equal([1, 1, 0]);
    });

    it('says which ValueSets are not there', async () => {
      const { code, err } = await ask(sample('progress-note'), ...measure, ...period);
      expect(code).to.equal(1);
      expect(err).to.match(/^cairn: .*ValueSets that are not there.*ValueSet\/diabetes.*\n$/);
    });

    it('ends a measure that exceeds its limits', async () => {
      const { code, err } = await ask(sample('progress-note'), ...measure, ...sets, ...period, '--memory', '8');
      expect(code).to.equal(1);
      expect(err).to.match(/^cairn: the measure cannot be run: .*\n$/);
    });
  });

  it('says how to install the engine if it is missing', async () => {
    const nowhere = mkdtempSync(join(tmpdir(), 'cairn-no-engine-'));
    const { code, err } = await ask('--engines', nowhere, sample('progress-note'), ...measure, ...period);
    rmSync(nowhere, { recursive: true });
    if (findEngine(nowhere) === undefined) {
      expect(err).to.match(/fqm-execution is not installed: npm install fqm-execution/);
      expect(code).to.equal(1);
    }
  });

  for (const [what, args, message] of [
    ['no measure', [...period], /--measure names/],
    ['a period without an end', [...measure, '--from', '2024-01-01'], /--to is a day such as 2024-03-06/],
    ['a day that is none', [...measure, '--from', '2024-02-31', '--to', '2024-12-31'], /--from is a day/],
    ['a period that goes backwards', [...measure, '--from', '2025-01-01', '--to', '2024-12-31'], /is later than/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const { code, err } = await ask(sample('progress-note'), ...args);
      expect(code).to.equal(1);
      expect(err).to.match(message);
    });
  }
});
