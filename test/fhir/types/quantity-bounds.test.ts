import { expect } from 'chai';
import { choose } from '../../../src/fhir/conversions.js';
import { EXACT } from '../../../src/fhir/decimal.js';
import { readingOf } from '../../reading-of.js';

const MG = { unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' };

function valueOf(parts: string, allowed = ['Quantity', 'Range']): unknown {
  const { reading, root } = readingOf(`<value xsi:type="IVL_PQ">${parts}</value>`);
  return choose(reading, root, 'IVL_PQ', allowed);
}

const part = (name: string, value: string, unit = 'mg') => `<${name} value="${value}" unit="${unit}"/>`;
const range = (low: number, high: number) => ({ low: { value: low, ...MG }, high: { value: high, ...MG } });

describe('An interval of quantities', () => {
  it('has the bound that follows from its width', () => {
    expect(valueOf(part('low', '5') + part('width', '2'))).to.deep.equal({ type: 'Range', value: range(5, 7) });
    expect(valueOf(part('width', '2') + part('high', '5'))).to.deep.equal({ type: 'Range', value: range(3, 5) });
    expect(valueOf(part('center', '5') + part('width', '2'))).to.deep.equal({
      type: 'Range',
      value: {
        low: { value: 4, ...MG, [EXACT]: { value: '4.0' } },
        high: { value: 6, ...MG, [EXACT]: { value: '6.0' } },
      },
    });
  });

  it('counts exactly', () => {
    const { value } = valueOf(part('low', '0.1') + part('width', '0.2')) as { value: { high: { value: number } } };
    expect(value.high.value).to.equal(0.3);
    const far = valueOf(part('center', '-1.50') + part('width', '3')) as { value: { low: object; high: object } };
    expect(far.value.low).to.deep.include({ value: -3, [EXACT]: { value: '-3.00' } });
    expect(far.value.high).to.deep.include({ value: 0, [EXACT]: { value: '0.00' } });
  });

  it('is the center if there is nothing else', () => {
    expect(valueOf(part('center', '5'))).to.deep.equal({ type: 'Quantity', value: { value: 5, ...MG } });
  });

  it('has no bound if none follows: for another unit, no number, or two bounds', () => {
    expect(valueOf(part('low', '5') + part('width', '2', 'g'))).to.deep.equal({
      type: 'Quantity',
      value: { value: 5, ...MG, comparator: '>=' },
    });
    expect(valueOf(part('low', '5') + part('width', 'x'))).to.have.property('type', 'Quantity');
    expect(valueOf(part('low', '5') + part('high', '9') + part('width', '2'))).to.deep.equal({
      type: 'Range',
      value: range(5, 9),
    });
  });

  it('marks all facts that it has', () => {
    const { reading, root, mapped } = readingOf(
      `<value xsi:type="IVL_PQ">${part('low', '5')}${part('width', '2')}</value>`,
    );
    choose(reading, root, 'IVL_PQ', ['Range']);
    expect(mapped()).to.have.keys('low/@value', 'low/@unit', 'width/@value', 'width/@unit');
  });

  it('with one bound is a Range if a Quantity may not have a comparator', () => {
    expect(valueOf(part('low', '5'), ['Range', 'SimpleQuantity'])).to.deep.equal({
      type: 'Range',
      value: { low: { value: 5, ...MG } },
    });
    expect(valueOf(part('low', '5') + part('high', '5'), ['Range', 'SimpleQuantity'])).to.deep.equal({
      type: 'Quantity',
      value: { value: 5, ...MG },
    });
  });
});
