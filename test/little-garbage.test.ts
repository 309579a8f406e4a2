import { expect } from 'chai';
import { withLittleGarbage } from '../src/little-garbage.js';

describe('little garbage', () => {
  it('is made with the same answer and the same error, for large documents and small ones', () => {
    for (const bytes of [1, 50_000_000]) {
      expect(withLittleGarbage(bytes, () => 'done')).to.equal('done');
      expect(() =>
        withLittleGarbage(bytes, () => {
          throw new Error('not done');
        }),
      ).to.throw('not done');
    }
  });
});
