import { expect } from 'chai';
import { Budget, unwrapLimitsFor } from '../../src/unwrap/budget.js';

describe('what an envelope may hold', () => {
  it('grows with its length, from 64 MB to 1 GB', () => {
    const megabytes = (length: number) => unwrapLimitsFor(length).bytes / 2 ** 20;
    expect(megabytes(0)).to.equal(64);
    expect(megabytes(100_000)).to.equal(64);
    expect(megabytes(2 ** 20)).to.equal(200);
    expect(megabytes(2 ** 30)).to.equal(1024);
  });

  it('is refused if a small envelope holds more', () => {
    const budget = new Budget(unwrapLimitsFor(50_000));
    budget.takeFile(60 * 2 ** 20);
    expect(() => budget.takeFile(5 * 2 ** 20)).to.throw(/more than 67108864 bytes/);
  });
});
