import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { packSet } from '../../../src/mapping/packed-set.js';
import { textsOfSet } from '../../../src/mapping/read-files.js';
import { withPackNames } from '../../../src/service/workers/packed-sets.js';
import { mappingFolder, observationSet } from '../../mapping/mapping-folder.js';

describe('the mapping sets of a service', () => {
  it('are also available by name and version if they are packs', () => {
    const folder = observationSet({ resourceType: 'Observation', status: 'final', code: '= code' });
    const file = join(mappingFolder({}), 'any.json');
    writeFileSync(file, JSON.stringify(packSet(textsOfSet(folder, []), 'acme', '1.2.0')));
    const sets = { default: null, trial: file, folder, lost: join(folder, 'lost') };
    expect(withPackNames(sets)).to.deep.equal({ ...sets, 'acme@1.2.0': file });
  });
});
