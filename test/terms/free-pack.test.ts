import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { expect } from 'chai';
import { createConverter } from '../../src/convert.js';
import { CVX, ICD_10_CM, LOINC, NDC, RXNORM, SNOMED_CT } from '../../src/terms/pack/code-key.js';
import { FREE, freePack, openTerms } from '../../src/terms/pack/layered.js';
import { checkPackFile } from '../../src/terms/pack/pack-file.js';
import { openTermPack } from '../../src/terms/pack/term-pack.js';

describe('the term pack that comes with Cairn', () => {
  const pack = openTermPack(freePack);
  after(() => pack.close());

  it('is whole', () => {
    expect(checkPackFile(freePack).rows).to.be.greaterThan(10_000);
  });

  it('has only tables of HL7, and no system that needs a licence', () => {
    const others = pack.manifest.systems.filter(
      ({ uri }) => !/^http:\/\/terminology\.hl7\.org\/CodeSystem\/v[23]-/.test(uri),
    );
    expect(others).to.deep.equal([]);
    expect(pack.manifest.maps).to.deep.equal([]);
    for (const system of [LOINC, SNOMED_CT, RXNORM, ICD_10_CM, CVX, NDC])
      expect(pack.sourceOf(system)).to.equal(undefined);
  });

  it('is the only pack in the repository, and sources of tests are invented', () => {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const packs = ['src', 'test', 'samples', 'mappings', 'valuesets', 'categories'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.terms')),
    );
    expect(packs).to.deep.equal([join('terms', 'free.terms')]);
    const sources = join(root, 'test', 'terms', 'sources');
    const names = readFileSync(join(sources, 'RxNorm_full_11032026', 'rrf', 'RXNCONSO.RRF'), 'utf8');
    // RxNorm has given no numbers from nine million on.
    expect(
      names
        .trim()
        .split('\n')
        .every((line) => /^90000\d\d\|/.test(line)),
    ).to.equal(true);
  });

  it('names codes of HL7, also together with another pack', () => {
    expect(pack.concept('http://terminology.hl7.org/CodeSystem/v3-ActCode', 'AMB')?.display).to.equal('ambulatory');
    const free = openTerms(FREE);
    expect(free.manifest.sources.map(({ title }) => title)).to.deep.equal(['HL7 tables of Cairn']);
    expect(free.concept('http://terminology.hl7.org/CodeSystem/v2-0002', 'M')?.display).to.match(/^Married$/i);
    free.close();
  });

  it('is used by its name', () => {
    const { terms } = createConverter({ terms: FREE });
    expect(terms?.notices).to.deep.equal([]);
  });
});
