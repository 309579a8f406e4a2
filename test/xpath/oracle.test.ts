import { expect } from 'chai';
import { DOCUMENT } from './document.js';
import { compareWithOracle } from './oracle.js';
import { randomSelectors } from './random-selectors.js';
import { SELECTORS } from './selectors.js';

describe('compiled selectors, beside the package xpath on a DOM', () => {
  it('select the same nodes and give the same values for selectors as authors write them', () => {
    const { differences, telling, skipped } = compareWithOracle(DOCUMENT, SELECTORS);
    expect(differences).to.deep.equal([]);
    expect(skipped).to.deep.equal([]);
    expect(telling).to.be.greaterThan(SELECTORS.length);
  });

  it('do so too for selectors that nobody would write', () => {
    const { differences, telling } = compareWithOracle(DOCUMENT, randomSelectors(400, 20240305), 4);
    expect(differences).to.deep.equal([]);
    expect(telling).to.be.greaterThan(400);
  });
});
