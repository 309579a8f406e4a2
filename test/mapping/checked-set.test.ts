import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { writeJson } from '../../src/bundle/write-json.js';
import { converterOf, packagedMappings } from '../../src/convert.js';
import { checkSet } from '../../src/mapping/check-set.js';
import { knownSet, type KnownSet } from '../../src/mapping/checked-set.js';
import { loadMappings } from '../../src/mapping/load.js';
import { MappingError } from '../../src/mapping/mapping-error.js';

const samples = fileURLToPath(new URL('../../samples', import.meta.url));

describe('a set that was checked when Cairn was built', () => {
  let folder: string;
  let built: KnownSet;

  before(() => {
    built = knownSet(checkSet(packagedMappings));
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cairn-checked-'));
    cpSync(packagedMappings, folder, { recursive: true, filter: (path) => !path.endsWith('.test.json') });
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const change = (file: string, from: string, to: string) => {
    const text = readFileSync(join(folder, file), 'utf8');
    expect(text).to.contain(from);
    writeFileSync(join(folder, file), text.replace(from, to));
  };

  it('is recognized by the content of its files', () => {
    expect(loadMappings(folder, undefined, built).hash).to.equal(built.hash);
  });

  it('gives the same result for every sample as a set that is checked when it is loaded', () => {
    const late = converterOf(loadMappings(folder, undefined, built));
    const early = converterOf(loadMappings(folder, undefined, knownSet({ needs: {}, syntax: {} })));
    const files = readdirSync(samples).filter((file) => file.endsWith('.xml'));
    expect(files).not.to.deep.equal([]);
    for (const file of files) {
      const bytes = readFileSync(join(samples, file));
      for (const options of [{}, { trace: 'all' }, { usCore: '8.0.1' }] as const) {
        const [one, other] = [late.convert(bytes, options), early.convert(bytes, options)];
        expect(writeJson(one.bundle), file).to.equal(writeJson(other.bundle));
        expect(one.ledger.items, file).to.deep.equal(other.ledger.items);
        expect(one.issues, file).to.deep.equal(other.issues);
        expect(one.trace, file).to.deep.equal(other.trace);
      }
    }
  }).timeout(60_000);

  it('is refused if one of its files has a mistake now', () => {
    change('problems/problem-observation.json', '"encounter": ', '"encountered": ');
    expect(() => loadMappings(folder, undefined, built)).to.throw(
      MappingError,
      /problem-observation\.json:\d+:\d+: Condition has no element "encountered"/,
    );
  });

  it('is refused if a file with a mistake was added since', () => {
    writeFileSync(join(folder, 'problems/own.json'), '{ "id": "own", "resource": { "resourceType": "Problem" } }');
    expect(() => loadMappings(folder, undefined, built)).to.throw(MappingError, /FHIR R4 has no resource "Problem"/);
  });

  it('is refused if the patches of a sender have a mistake', () => {
    mkdirSync(join(folder, 'senders/acme'), { recursive: true });
    writeFileSync(join(folder, 'senders/acme/sender.json'), '{ "oids": ["2.16.840.1.113883.19.5"] }');
    writeFileSync(join(folder, 'senders/acme/no-such-mapping.json'), '{ "title": "x" }');
    expect(() => loadMappings(folder, undefined, built)).to.throw(MappingError, /nothing in the set that this file/);
  });

  it('is not recognized if it had a mistake when Cairn was built', () => {
    change('problems/problem-observation.json', '"encounter": ', '"encountered": ');
    expect(checkSet(folder).hash).to.equal(undefined);
  });
});
