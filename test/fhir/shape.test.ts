import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { checkShape, ShapeError } from '../../src/fhir/shape.js';
import { converter } from '../packaged-converter.js';

describe('fhir/shape', () => {
  const placeOf = (resource: unknown): string | undefined => {
    try {
      checkShape(resource);
      return undefined;
    } catch (error) {
      expect(error).to.be.instanceOf(ShapeError);
      return (error as ShapeError).expression;
    }
  };

  it('finds nothing wrong in resources that Cairn makes', () => {
    const samples = new URL('../../samples/', import.meta.url);
    for (const name of readdirSync(samples).filter((one) => one.endsWith('.xml'))) {
      expect(placeOf(converter.convert(readFileSync(new URL(name, samples))).bundle), name).to.equal(undefined);
    }
  });

  for (const [what, resource, place] of [
    ['an object where a list belongs', { resourceType: 'Patient', name: { family: 'Q' } }, 'Patient.name'],
    ['a list where an object belongs', { resourceType: 'Observation', code: [] }, 'Observation.code'],
    ['null where an object belongs', { resourceType: 'Bundle', entry: [null] }, 'Bundle.entry[0]'],
    ['a number where a string belongs', { resourceType: 'Patient', id: 7 }, 'Patient.id'],
    [
      'a string where a number belongs',
      { resourceType: 'Observation', valueQuantity: { value: '5' } },
      'Observation.valueQuantity.value',
    ],
    ['a string where a boolean belongs', { resourceType: 'Patient', active: 'true' }, 'Patient.active'],
    [
      'a resource that FHIR has not',
      { resourceType: 'Bundle', entry: [{ resource: { resourceType: 'constructor' } }] },
      'Bundle.entry[0].resource',
    ],
    ['what is no resource', [], 'Resource'],
    [
      'an element below a contained resource',
      { resourceType: 'Task', contained: [{ resourceType: 'Patient', name: 1 }] },
      'Task.contained[0].name',
    ],
  ] as const) {
    it(`finds ${what}`, () => {
      expect(placeOf(resource)).to.equal(place);
    });
  }

  it('allows null in a list of primitives, and skips elements that it does not know', () => {
    expect(placeOf({ resourceType: 'Patient', name: [{ given: [null, 'A'], _given: [{}] }], constructor: 5 })).to.equal(
      undefined,
    );
  });

  it('ends at a depth that no resource has', () => {
    let extension: unknown = [];
    for (let depth = 0; depth < 5000; depth++) extension = [{ url: 'urn:a', extension }];
    expect(placeOf({ resourceType: 'Patient', extension })).to.match(/^Patient\.extension/);
  });
});
