import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { buildTermPack } from '../../src/terms/build.js';
import { CVX, ICD_10_CM, ICD_9_CM, LOINC, NDC, RXNORM, SNOMED_CT, UNII } from '../../src/terms/pack/code-key.js';
import { checkPackFile } from '../../src/terms/pack/pack-file.js';
import { createLineSorter } from '../../src/terms/pack/sort-lines.js';
import { openTermPack, type TermPack } from '../../src/terms/pack/term-pack.js';
import { TermsError } from '../../src/terms/pack/terms-error.js';
import { writePack } from '../../src/terms/pack/write-pack.js';

/** Invented miniatures of what NLM, CDC, Regenstrief and CMS hand out: their forms, and none of their content. */
const sources = fileURLToPath(new URL('sources', import.meta.url));

describe('a term pack', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-terms-test-'));
  const file = join(folder, 'all.terms');
  let pack: TermPack;
  before(async () => {
    await buildTermPack([sources], file);
    pack = openTermPack(file);
  });
  after(() => {
    pack.close();
    rmSync(folder, { recursive: true });
  });

  it('is the same, byte for byte, when it is made of the same sources again', async () => {
    await buildTermPack([sources], join(folder, 'again.terms'));
    expect(readFileSync(join(folder, 'again.terms')).equals(readFileSync(file))).to.equal(true);
  });

  it('names each of its source files, with version and hash', () => {
    const told = pack.manifest.sources.map(({ title, version, sha256 }) => [title, version, sha256.length]);
    expect(told).to.deep.include(['RxNorm NDC', '2026-11-03', 64]);
    expect(told).to.deep.include(['LOINC', '2.81', 64]);
    expect(told).to.deep.include(['CDC CVX', '2026-03-20', 64]);
    expect(told).to.deep.include(['SNOMED CT', 'US1000124 20260301', 64]);
    expect(told).to.deep.include(['ICD-10-CM', '2026', 64]);
    expect(told).to.deep.include(['FHIR', '3', 64]);
  });

  it('keeps the notices that LOINC wants to be shown', () => {
    expect(pack.manifest.notices[0]).to.match(/copyright Regenstrief Institute/);
    expect(pack.manifest.notices).to.include('Copyright Somebody');
  });

  it('has the name that RxNorm gives a drug, and its other names', () => {
    expect(pack.concept(RXNORM, '9000001')).to.deep.include({
      display: 'inventol 10 MG Oral Tablet',
      names: ['inventol 10 MG Oral Tab', 'inventol 10 mg tablet'],
      relatives: ['9000002', '9000003'],
      retired: false,
    });
  });

  it('knows retired drugs, and their replacement if there is one', () => {
    expect(pack.concept(RXNORM, '9000004')).to.deep.include({ retired: true, replacedBy: '9000005' });
    expect(pack.concept(RXNORM, '9000009')).to.include({ retired: true }).and.not.have.property('replacedBy');
  });

  it('has nothing from other vocabularies in RxNorm', () => {
    expect(pack.concept(RXNORM, '9000008')).to.equal(undefined);
  });

  it('finds a drug by its NDC, with or without hyphens', () => {
    for (const code of ['99999000101', '99999-0001-01', '99999-001-01'])
      expect(pack.translate(NDC, code, RXNORM), code).to.deep.include({ code: '9000001', strength: 'exact' });
  });

  it('does not guess which NDC ten digits without hyphens are', () => {
    expect(pack.translate(NDC, '9999900101', RXNORM)).to.equal(undefined);
  });

  it('reports an NDC of two drugs as ambiguous', () => {
    expect(pack.translate(NDC, '99999000303', RXNORM)).to.equal('ambiguous');
  });

  it('uses only the NDCs that RxNorm itself normalized', () => {
    expect(pack.translate(NDC, '99999-0001-02', RXNORM)).to.equal(undefined);
  });

  it('finds the ingredient of a UNII, of a SNOMED CT substance and of a CVX code', () => {
    expect(pack.translate(UNII, 'ZZ00INVENT', RXNORM)).to.include({ code: '9000003' });
    expect(pack.translate(SNOMED_CT, '990000007', RXNORM)).to.include({ code: '9000003' });
    expect(pack.translate(CVX, '901', RXNORM)).to.include({ code: '9000007' });
  });

  it('reads CDC files in UTF-16', () => {
    expect(pack.concept(CVX, '902')).to.include({ display: 'fict pox', retired: false });
    expect(pack.concept(CVX, '903')).to.include({ retired: true });
  });

  it('finds the vaccine of an NDC exactly, and the NDC of a vaccine as a candidate', () => {
    expect(pack.translate(NDC, '99998-0001-01', CVX)).to.include({ code: '901', strength: 'exact' });
    expect(pack.translate(NDC, '99998000202', CVX)).to.include({ code: '902', strength: 'exact' });
    expect(pack.translate(CVX, '901', NDC)).to.include({ code: '99998-0001-01', strength: 'candidate' });
    // Of two packages nobody knows which was given.
    expect(pack.translate(CVX, '902', NDC)).to.equal('ambiguous');
  });

  it('reads LOINC with quotes and line ends inside of fields', () => {
    expect(pack.concept(LOINC, '99001-0')).to.deep.include({
      display: 'Inventin [Mass/volume] in Serum or Plasma',
      units: ['mg/dL'],
      words: ['INV; Chemistry'],
    });
    expect(pack.concept(LOINC, '99002-8')).to.deep.include({
      display: 'Old inventin, a name of two lines',
      names: ['Old "inventin"'],
      retired: true,
      replacedBy: '99001-0',
    });
  });

  it('has ICD-10-CM with headings, and finds codes with or without the dot', () => {
    expect(pack.concept(ICD_10_CM, 'x00.0')?.display).to.equal('Invented fever, mild form');
    expect(pack.concept(ICD_10_CM, 'X00')?.display).to.equal('Invented fevers');
    expect(pack.isComplete(ICD_10_CM)).to.equal(true);
  });

  it('translates ICD-9 only where the map is exact and has one target', () => {
    expect(pack.translate(ICD_9_CM, '999.1', ICD_10_CM)).to.include({ code: 'X00.0', strength: 'exact' });
    expect(pack.translate(ICD_9_CM, 'E999.5', ICD_10_CM)).to.include({ code: 'Y01.0' });
    for (const code of ['999.2', '999.3', '999.4'])
      expect(pack.translate(ICD_9_CM, code, ICD_10_CM), code).to.equal('ambiguous');
  });

  it('has the term of SNOMED CT that is preferred in the United States, without its semantic tag', () => {
    expect(pack.concept(SNOMED_CT, '990000102')?.display).to.equal('Mild invented fever');
    expect(pack.concept(SNOMED_CT, '990000205')?.display).to.equal('Invented fever');
    expect(pack.concept(SNOMED_CT, '990000102')?.names).to.not.include('A name that is no more');
    expect(pack.concept(SNOMED_CT, '990000309')).to.include({ retired: true, replacedBy: '990000205' });
  });

  it('has an ICD-10-CM code of SNOMED CT as a candidate, and none if the map has rules', () => {
    expect(pack.translate(SNOMED_CT, '990000102', ICD_10_CM)).to.include({ code: 'X00.0', strength: 'candidate' });
    expect(pack.translate(SNOMED_CT, '990000205', ICD_10_CM)).to.equal('ambiguous');
  });

  it('has local codes by a ConceptMap, and reports targets that are not equivalent', () => {
    const lab = 'urn:oid:2.16.840.1.113883.19.99';
    expect(pack.translate(lab, 'INV', LOINC)).to.include({ code: '99001-0', strength: 'exact' });
    expect(pack.translate(lab, 'INVX', LOINC)).to.equal('ambiguous');
    expect(pack.mapped.get(lab)).to.deep.equal([LOINC]);
  });

  it('has all concepts of a CodeSystem, including nested ones', () => {
    expect(pack.concept('http://example.org/CodeSystem/local', 'b')).to.include({
      display: 'The second',
      retired: true,
    });
  });

  it('finds the codes with a name, whatever its letter case and punctuation', () => {
    expect(pack.codesNamed(SNOMED_CT, 'INVENTITIS')).to.deep.equal(['990000102']);
    expect(pack.codesNamed(LOINC, 'inventin').length).to.equal(2);
    expect(pack.codesNamed(SNOMED_CT, 'no such name')).to.deep.equal([]);
  });

  it('gives the same answer each time', () => {
    const once = pack.concept(RXNORM, '9000001');
    expect(pack.concept(RXNORM, '9000001')).to.deep.equal(once);
    expect(pack.concept(RXNORM, 'constructor')).to.equal(undefined);
    expect(pack.concept('http://example.org/unknown', '1')).to.equal(undefined);
  });

  it('detects a change of its bytes', () => {
    const changed = join(folder, 'changed.terms');
    expect(checkPackFile(file).sha256).to.equal(pack.manifest.sha256);
    const bytes = readFileSync(file);
    bytes[40] = bytes[40]! ^ 1;
    writeFileSync(changed, bytes);
    expect(() => checkPackFile(changed)).to.throw(TermsError, 'was changed');
  });

  it('is refused if it is cut off, or is not a pack', () => {
    const cut = join(folder, 'cut.terms');
    copyFileSync(file, cut);
    truncateSync(cut, 3000);
    expect(() => openTermPack(cut)).to.throw(TermsError, 'not whole');
    expect(() => openTermPack(join(sources, 'Loinc.csv'))).to.throw(TermsError, 'no term pack');
  });

  it('keeps the old file if a source cannot be read', async () => {
    writeFileSync(join(folder, 'bad.json'), '{"resourceType": "ConceptMap", "url": ');
    const mistake = await buildTermPack([sources, join(folder, 'bad.json')], file).catch((error: unknown) => error);
    expect(mistake)
      .to.be.instanceOf(TermsError)
      .with.property('message')
      .that.matches(/bad\.json: this is no JSON$/);
    expect(checkPackFile(file).sha256).to.equal(pack.manifest.sha256);
    expect(existsSync(`${file}.part`)).to.equal(false);
  });

  it('reports a folder without any source', async () => {
    const mistake = await buildTermPack([fileURLToPath(import.meta.url)], join(folder, 'no.terms')).catch(
      (error: unknown) => error,
    );
    expect(mistake).to.be.instanceOf(TermsError);
  });
});

describe('the sorting of lines', () => {
  it('gives all lines in order, each once, even if they do not fit into memory', () => {
    const sorter = createLineSorter(2000);
    const lines = Array.from({ length: 1000 }, (_, index) => `${(index * 7919) % 613}\0é ${index % 5}`);
    for (const line of lines) sorter.add(line);
    expect([...sorter.sorted()]).to.deep.equal([...new Set(lines)].sort());
  });
});

describe('a pack of many blocks', () => {
  it('finds each row, and no missing one', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'cairn-terms-test-')), 'many.terms');
    const sorter = createLineSorter();
    for (let code = 0; code < 5000; code += 2) sorter.add(`c\t0\t${code}\0d10\tName of ${code}`);
    writePack(path, sorter.sorted(), {
      sources: [{ kind: 'fhir', title: 'FHIR', version: '1', file: 'a.json', bytes: 1, sha256: '0', statements: 1 }],
      systems: [{ uri: 'http://example.org/a', complete: true, source: 0 }],
      maps: [],
      notices: [],
    });
    const pack = openTermPack(path);
    expect(pack.manifest.blocks).to.be.greaterThan(5);
    for (let code = 0; code < 5000; code++)
      expect(pack.concept('http://example.org/a', String(code))?.display).to.equal(
        code % 2 === 0 ? `Name of ${code}` : undefined,
      );
    pack.close();
  });
});
