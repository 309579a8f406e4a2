import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { inElementOrder } from '../../src/bundle/element-order.js';
import { writeJson } from '../../src/bundle/write-json.js';
import { writeXml } from '../../src/bundle/write-xml.js';
import { EXACT } from '../../src/fhir/decimal.js';
import { elementsOf } from '../../src/fhir/elements.js';
import { converter } from '../packaged-converter.js';

const samples = fileURLToPath(new URL('../../samples', import.meta.url));

function keysOf(value: object): string[] {
  return Object.keys(value);
}

describe('The order of elements', () => {
  it('is the order of their definitions, with id and meta first, and with the extensions of a primitive after it', () => {
    const patient = {
      resourceType: 'Patient',
      _birthDate: { extension: [] },
      birthDate: '1970',
      deceasedBoolean: false,
      meta: { profile: ['http://example.org/p'] },
      name: [{ given: ['A'], use: 'official', family: 'B' }],
      extension: [{ valueString: 'x', url: 'http://example.org/x' }],
      id: 'p',
    };
    const ordered = inElementOrder(patient);
    expect(keysOf(ordered)).to.deep.equal([
      'resourceType',
      'id',
      'meta',
      'extension',
      'name',
      'birthDate',
      '_birthDate',
      'deceasedBoolean',
    ]);
    expect(keysOf(ordered.name[0]!)).to.deep.equal(['use', 'family', 'given']);
    expect(keysOf(ordered.extension[0]!)).to.deep.equal(['url', 'valueString']);
    expect(ordered).to.deep.equal(patient);
  });

  it('returns the same object if it is in order, and does not change it if it is not', () => {
    const coding = { system: 'http://loinc.org', code: '1-8' };
    const status = { status: 'final', id: 'o', resourceType: 'Observation', code: { coding: [coding] } };
    const ordered = inElementOrder(status);
    expect(ordered.code.coding[0]).to.equal(coding);
    expect(keysOf(status)[0]).to.equal('status');
    expect(inElementOrder(ordered)).to.equal(ordered);
  });

  it('keeps the digits of decimals', () => {
    const quantity = { unit: 'mg', value: 5, [EXACT]: { value: '5.0' } };
    const ordered = inElementOrder({ resourceType: 'Observation', valueQuantity: quantity });
    expect(writeJson(ordered)).to.contain('{"value":5.0,"unit":"mg"}');
  });

  it('applies to contained resources, and to elements that are defined elsewhere', () => {
    const ordered = inElementOrder({
      resourceType: 'Bundle',
      entry: [{ resource: { status: 'final', resourceType: 'Observation' }, link: [{ url: 'u', relation: 'self' }] }],
    });
    expect(JSON.stringify(ordered)).to.equal(
      '{"resourceType":"Bundle","entry":[{"link":[{"relation":"self","url":"u"}],"resource":{"resourceType":"Observation","status":"final"}}]}',
    );
  });

  for (const type of ['transaction', 'document', 'collection'] as const) {
    it(`holds for every resource of a ${type}, as JSON and as XML`, () => {
      for (const file of readdirSync(samples).filter((name) => name.endsWith('.xml'))) {
        const { bundle } = converter.convert(readFileSync(join(samples, file)), { bundle: type });
        expect(isInOrder(keysOf(bundle), 'Bundle'), 'Bundle').to.equal(true);
        for (const { resource } of bundle.entry ?? []) {
          expect(isInOrder(keysOf(resource!), resource!.resourceType), keysOf(resource!).join()).to.equal(true);
          const names = [...writeXml(resource!, true).matchAll(/^ {2}<(\w+)/gm)].map(([, name]) => name!);
          expect(isInOrder(names, resource!.resourceType), names.join()).to.equal(true);
        }
      }
    });
  }
});

function isInOrder(names: readonly string[], type: string): boolean {
  const order = elementsOf(type).map(({ name }) => name.replace('[x]', ''));
  const places = names
    .filter((name) => name !== 'resourceType')
    .map((name) => name.replace(/^_/, ''))
    .map((name) => (order.includes(name) ? order.indexOf(name) : order.findIndex((stem) => name.startsWith(stem))));
  return places.every((place, index) => place >= 0 && (index === 0 || place >= places[index - 1]!));
}
