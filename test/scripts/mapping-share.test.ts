import { expect } from 'chai';
import { mappingShares, shareOf, shortfalls } from '../../scripts/mapping-share.js';
import { packagedMappings } from '../../src/convert.js';
import { observationSet } from '../mapping/mapping-folder.js';

describe('the share of a mapping file that is mapping', () => {
  it('is at least 80 % in every file of the packaged set, and 90 % over all', () => {
    expect(shortfalls(mappingShares(packagedMappings))).to.deep.equal([]);
  });

  it('subtracts the parts that only account for omitted facts, whatever the layout is', () => {
    const resource = { resourceType: 'Observation', status: 'final', code: '= code' };
    const rest = {
      ignore: { statusCode: 'a reason that is as long as all that the mapping has to say of its resource' },
    };
    const folder = observationSet(resource, {}, rest);
    const file = mappingShares(folder).find(({ path }) => path === 'observation.json')!;
    expect(file.accounting).to.equal(JSON.stringify(rest).length - 2);
    expect(shareOf([file])).to.be.within(40, 80);
    expect(shortfalls([file])).to.have.length(2);
    expect(shortfalls([file])[0]).to.match(/^mappings\/observation\.json: \d+\.\d % is mapping, less than 80 %$/);
  });
});
