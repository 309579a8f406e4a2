import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { createConverter } from '../../src/convert.js';
import { MappingError } from '../../src/mapping/mapping-error.js';
import { packSet, readPack } from '../../src/mapping/packed-set.js';
import { textsOfSet } from '../../src/mapping/read-files.js';
import { mappingFolder, observationSet } from './mapping-folder.js';

const folder = observationSet({ resourceType: 'Observation', status: 'final', code: '= code' });

function packed(change: (pack: Record<string, unknown>) => Record<string, unknown> = (pack) => pack): string {
  const file = join(mappingFolder({}), 'acme@1.0.0.cairn.json');
  const pack = packSet(textsOfSet(folder, []), 'acme', '1.0.0');
  writeFileSync(file, JSON.stringify(change({ ...pack })));
  return file;
}

describe('a packed mapping set', () => {
  it('is loaded like the folder that it was packed from, and has its hash', () => {
    expect(createConverter({ mappings: packed() }).mappingHash).to.equal(
      createConverter({ mappings: folder }).mappingHash,
    );
  });

  it('has the same bytes whenever it is packed', () => {
    const pack = () => JSON.stringify(packSet(textsOfSet(folder, []), 'acme', '1.0.0'));
    expect(pack()).to.equal(pack());
    expect(readPack(pack())).to.include({ name: 'acme', version: '1.0.0' });
  });

  it('is refused if somebody has changed it', () => {
    const changed = packed((pack) => ({ ...pack, files: { ...(pack.files as object), 'patient.json': '{}' } }));
    expect(() => createConverter({ mappings: changed })).to.throw(
      MappingError,
      /acme@1\.0\.0 was changed after it was packed/,
    );
  });

  it('is distinguished from any other file', () => {
    const file = join(mappingFolder({ 'a.json': {} }), 'a.json');
    expect(() => createConverter({ mappings: file })).to.throw(MappingError, /no packed mapping set/);
  });
});
