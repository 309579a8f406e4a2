import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { nearest } from './golden/compare.js';
import { goldenPairs } from './golden/pairs.js';
import { converter } from './packaged-converter.js';

/** A difference that is meant, with its reason. `*` is every pair; `[*]` any item of a list. */
interface Meant {
  readonly pair: string;
  readonly path: string;
  readonly reason: string;
}

const meant = JSON.parse(
  readFileSync(new URL('./golden-differences.json', import.meta.url), 'utf8'),
) as readonly Meant[];

function says({ pair, path }: Meant, name: string, place: string): boolean {
  return (pair === '*' || pair === name) && (path === place || path === place.replace(/\[\+?\d+\]/g, '[*]'));
}

describe("HL7's published pairs of CDA and FHIR", () => {
  const pairs = goldenPairs();

  it('exist', function () {
    if (pairs === undefined) {
      console.log('      skipped: ../shared/ig/golden is not here');
      this.skip();
    }
    expect(pairs.length).to.be.greaterThan(20);
  });

  const met = new Set<Meant>();
  for (const { name, document, fhir } of pairs ?? []) {
    it(`agree on ${name}, but for differences with a reason`, () => {
      const found = nearest(fhir, converter.convert(Buffer.from(document)).bundle);
      if (found === undefined) expect.fail(`there is no ${String(fhir.resourceType)}`);
      const surprising = found.filter(({ path }) => {
        const reasons = meant.filter((one) => says(one, name, path));
        reasons.forEach((one) => met.add(one));
        return reasons.length === 0;
      });
      expect(surprising.map(({ text }) => text)).to.deep.equal([]);
    });
  }

  it('still differ in everything that is listed', function () {
    if (pairs === undefined) this.skip();
    expect(meant.filter((one) => !met.has(one))).to.deep.equal([]);
  });

  it('differ for listed reasons', () => {
    for (const { reason, path } of meant) expect(reason.length, path).to.be.greaterThan(15);
  });
});
