import { expect } from 'chai';
import { converter } from '../packaged-converter.js';
import { fuzz } from './fuzz.js';
import { originals } from './originals.js';

describe('a document changed at random', () => {
  it('becomes a sound Bundle, twice the same, or is refused (2,000 mutants; npm run fuzz makes more)', () => {
    const failed: string[] = [];
    const outcomes = { converted: 0, refused: 0, failed: 0 };
    for (const { number, name, outcome, faults } of fuzz(converter, shortened(), {
      seed: 7,
      from: 0,
      mutants: 2000,
    })) {
      outcomes[outcome]++;
      if (faults.length > 0) failed.push(`mutant ${number} of ${name}: ${faults.join('; ')}`);
    }
    expect(failed).to.deep.equal([]);
    // Where nearly all were refused, nothing would have been tried.
    expect(outcomes.converted).to.be.greaterThan(1000);
    expect(outcomes.refused).to.be.greaterThan(20);
  }).timeout(600_000);
});

/** The smallest sample is enough for a short run. */
function shortened() {
  return originals(false).filter(({ source }) => source.length < 110_000);
}
