import { expect } from 'chai';
import { DOCUMENT } from './document.js';
import { compareWithOracle } from './oracle.js';
import { randomSelectors } from './random-selectors.js';
import { SELECTORS } from './selectors.js';

describe('compiled selectors, beside the package xpath on a DOM', () => {
  it('select the same nodes and give the same values for realistic selectors', () => {
    const { differences, telling, skipped } = compareWithOracle(DOCUMENT, SELECTORS);
    expect(differences).to.deep.equal([]);
    expect(skipped).to.deep.equal([]);
    expect(telling).to.be.greaterThan(SELECTORS.length);
  });

  it('do so for random selectors, too', () => {
    const { differences, telling } = compareWithOracle(DOCUMENT, randomSelectors(400, 20240305), 4);
    expect(differences).to.deep.equal([]);
    expect(telling).to.be.greaterThan(400);
  });
});
