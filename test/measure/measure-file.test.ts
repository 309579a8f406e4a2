import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Bundle, Measure } from 'fhir/r4.js';
import { readMeasure, readMeasureValueSets } from '../../src/measure/measure-file.js';

const measureFile = new URL('fixtures/annual-hba1c.json', import.meta.url);

describe('measure/measure-file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-measure-'));
  after(() => rmSync(folder, { recursive: true }));
  const file = (text: string): string => {
    writeFileSync(join(folder, 'measure.json'), text);
    return join(folder, 'measure.json');
  };
  const failureOf = (text: string): Promise<string> =>
    readMeasure(file(text)).then(
      () => '',
      (error: unknown) => (error as Error).message,
    );

  it('names the Library only by its address, as the engine looks for it', async () => {
    const { entry } = await readMeasure(file(readFileSync(measureFile, 'utf8')));
    expect((entry![0]!.resource as Measure).library).to.deep.equal(['https://measures.example/Library/AnnualHbA1c']);
  });

  it('refuses a file that is not a measure, in one line', async () => {
    expect(await failureOf('<Bundle/>')).to.match(/is not JSON$/);
    expect(await failureOf('[]')).to.match(/is no FHIR resource$/);
    expect(await failureOf('{"resourceType":"Bundle","type":"collection"}')).to.match(/has no Measure/);
  });

  it('refuses a measure whose Library is of another version', async () => {
    const bundle = JSON.parse(readFileSync(measureFile, 'utf8')) as Bundle;
    Object.assign(bundle.entry![1]!.resource!, { version: '2.0.0' });
    expect(await failureOf(JSON.stringify(bundle))).to.match(/has no Library .*AnnualHbA1c\|1\.0\.0/);
  });

  it('reads ValueSets from files and from Bundles', async () => {
    writeFileSync(join(folder, 'a.json'), '{"resourceType":"ValueSet","url":"urn:a"}');
    writeFileSync(
      join(folder, 'b.json'),
      '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"ValueSet","url":"urn:b"}}]}',
    );
    expect((await readMeasureValueSets([folder])).map(({ url }) => url)).to.deep.equal(['urn:a', 'urn:b']);
  });
});
