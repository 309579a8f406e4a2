import { expect } from 'chai';
import { addressOf, entriesOf, ofPatientAlone, type Entry } from '../../src/delivery/entries.js';
import { planDelivery } from '../../src/delivery/plan.js';
import { CycleTooLargeError, split } from '../../src/delivery/split.js';
import { seeded } from '../seeded.js';

/** Resources by number, each with the numbers that it points at. */
function entries(links: Readonly<Record<number, readonly number[]>>): Entry[] {
  const entry = Object.entries(links).map(([id, targets]) => ({
    fullUrl: `urn:uuid:${id}`,
    resource: { resourceType: 'Basic', id, related: targets.map((target) => ({ reference: `urn:uuid:${target}` })) },
  }));
  return entriesOf(Buffer.from(JSON.stringify({ resourceType: 'Bundle', entry })));
}

/** The least that a request must hold: tried out, since the groups are not told. */
function largestGroup(all: readonly Entry[]): number {
  for (let most = 1; ; most++) {
    try {
      split(all, { maxEntries: most, maxBytes: 1e9 });
      return most;
    } catch (error) {
      if (!(error instanceof CycleTooLargeError)) throw error;
    }
  }
}

const ids = (parts: Entry[][]): string[][] => parts.map((part) => part.map(({ id }) => id));

describe('delivery/split', () => {
  it('sends no resource before those that it refers to', () => {
    const all = entries({ 1: [2], 2: [3], 3: [], 4: [1] });
    expect(ids(split(all, { maxEntries: 1, maxBytes: 1e6 }))).to.deep.equal([['3'], ['2'], ['1'], ['4']]);
    expect(split(all, { maxEntries: 4, maxBytes: 1e6 })).to.have.lengthOf(1);
  });

  it('keeps resources that refer to each other together, and says when they are too many', () => {
    const all = entries({ 1: [2], 2: [1], 3: [1] });
    expect(ids(split(all, { maxEntries: 2, maxBytes: 1e6 }))).to.deep.equal([['1', '2'], ['3']]);
    expect(() => split(all, { maxEntries: 1, maxBytes: 1e6 })).to.throw(CycleTooLargeError);
  });

  it('packs by size, and sends a resource over the limit by itself', () => {
    const all = entries({ 1: [], 2: [], 3: [] });
    expect(split(all, { maxEntries: 9, maxBytes: 10 })).to.have.lengthOf(3);
  });

  it('can split a chain of many thousands', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, index) => [index, index === 0 ? [] : [index - 1]]),
    );
    expect(split(entries(chain), { maxEntries: 500, maxBytes: 1e9 })).to.have.lengthOf(40);
  });

  it('makes each part refer only to itself and earlier parts', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = seeded(seed);
      const count = 1 + Math.floor(random() * 40);
      const links = Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          index,
          Array.from({ length: Math.floor(random() * 2) }, () => Math.floor(random() * count)),
        ]),
      );
      const all = entries(links);
      const groups = split(all, { maxEntries: count, maxBytes: 1e9 });
      const largest = largestGroup(all);
      const small = split(all, { maxEntries: largest, maxBytes: 1e9 });
      expect(Math.max(...small.map(({ length }) => length))).to.be.at.most(largest);
      for (const list of [groups, small]) {
        const seen = new Set<string>();
        for (const part of list) {
          for (const entry of part) seen.add(addressOf(entry));
          for (const { references } of part)
            for (const reference of references) expect(seen.has(reference)).to.equal(true);
        }
        expect(seen.size).to.equal(count);
      }
    }
  });
});

describe('delivery/entries', () => {
  it('keep the digits of decimals, and say which resources are about the patient', () => {
    const entry = [
      { resource: { resourceType: 'Patient', id: 'p' } },
      {
        resource: {
          resourceType: 'Observation',
          id: 'o',
          subject: { reference: 'Patient/p' },
          valueQuantity: { value: 0 },
        },
      },
      { resource: { resourceType: 'Provenance', id: 'v', target: [{ reference: 'Observation/o' }] } },
      { resource: { resourceType: 'Practitioner', id: 'd' } },
    ].map((one) => ({ fullUrl: `urn:uuid:${one.resource.id}`, ...one }));
    const text = JSON.stringify({ resourceType: 'Bundle', entry }).replace(
      '"value":0',
      '"value":5.00,"text":"7.0 \\"8.0\\""',
    );
    const all = entriesOf(Buffer.from(text));
    expect(all[1]!.json).to.contain('"value":5.00,"text":"7.0 \\"8.0\\""');
    expect([...ofPatientAlone(all, 'Patient/p')]).to.deep.equal(['Patient/p', 'Observation/o', 'Provenance/v']);
  });
});

describe('delivery/plan', () => {
  const [one] = entries({ 1: [] });
  const row = (hash: Uint8Array, orderKey: string) => ({ type: 'Basic', id: '1', hash, orderKey });

  it('sends new and changed resources, and none that the receiver or a newer document already has', () => {
    const other = new Uint8Array(16);
    expect(planDelivery([one!], [], '2')).to.deep.equal({ send: [one], confirmed: [], same: 0, older: 0 });
    expect(planDelivery([one!], [row(other, '1')], '2').send).to.have.lengthOf(1);
    expect(planDelivery([one!], [row(other, '2')], '2').send).to.have.lengthOf(1);
    expect(planDelivery([one!], [row(other, '3')], '2')).to.include({ older: 1 });
    expect(planDelivery([one!], [row(one!.hash, '3')], '2')).to.deep.include({ same: 1, confirmed: [] });
    expect(planDelivery([one!], [row(one!.hash, '1')], '2').confirmed).to.deep.equal([row(one!.hash, '2')]);
  });
});
