import { expect } from 'chai';
import { nameId } from '../../../src/cda/vocabulary.js';
import { EXACT } from '../../../src/fhir/decimal.js';
import { toBoolean } from '../../../src/fhir/types/boolean.js';
import { toMoney } from '../../../src/fhir/types/money.js';
import { toDecimal, toInteger, toPositiveInt, toUnsignedInt } from '../../../src/fhir/types/number.js';
import { toRatio } from '../../../src/fhir/types/ratio.js';
import { attribute } from '../../../src/xml/tree.js';
import { readingOf } from '../../reading-of.js';

const ABSENT = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';
const ORIGINAL = 'http://hl7.org/fhir/StructureDefinition/originalText';
const error = (text: string): unknown => ({
  extension: [
    { url: ABSENT, valueCode: 'error' },
    { url: ORIGINAL, valueString: text },
  ],
});

function from<T>(convert: (reading: ReturnType<typeof readingOf>['reading'], node: number) => T, xml: string): T {
  const { reading, root } = readingOf(xml);
  return convert(reading, root);
}

describe('A whole number', () => {
  it('is an INT', () => {
    expect(from(toInteger, '<value value="-5"/>')).to.deep.equal({ value: -5 });
    expect(from(toUnsignedInt, '<value value="0"/>')).to.deep.equal({ value: 0 });
    expect(from(toPositiveInt, '<value value="1"/>')).to.deep.equal({ value: 1 });
  });

  it('is absent by error outside the range of its type', () => {
    expect(from(toInteger, '<value value="2147483648"/>')).to.deep.equal(error('2147483648'));
    expect(from(toUnsignedInt, '<value value="-1"/>')).to.deep.equal(error('-1'));
    expect(from(toPositiveInt, '<value value="0"/>')).to.deep.equal(error('0'));
    expect(from(toInteger, '<value value="1.5"/>')).to.deep.equal(error('1.5'));
  });

  it('keeps the original text if it is written differently', () => {
    expect(from(toInteger, '<value value="007"/>')).to.deep.equal({
      value: 7,
      extension: [{ url: ORIGINAL, valueString: '007' }],
    });
  });

  it('is read from an attribute that a selector chose', () => {
    const { reading, root, mapped } = readingOf('<versionNumber value="3"/>');
    expect(toInteger(reading, attribute(reading.tree, root, nameId('value')))).to.deep.equal({ value: 3 });
    expect(mapped()).to.deep.equal({ '@value': '' });
  });

  it('is absent for a null flavour', () => {
    expect(from(toInteger, '<value nullFlavor="UNK"/>')).to.deep.equal({
      extension: [{ url: ABSENT, valueCode: 'unknown' }],
    });
    expect(from(toInteger, '<value/>')).to.equal(undefined);
  });
});

describe('A decimal', () => {
  it('keeps its digits', () => {
    const made = from(toDecimal, '<value value="5.00"/>') as { [EXACT]?: object };
    expect(made).to.deep.include({ value: 5 });
    expect(made[EXACT]).to.deep.equal({ value: '5.00' });
  });
});

describe('A boolean', () => {
  it('is a BL', () => {
    expect(from(toBoolean, '<value value="true"/>')).to.deep.equal({ value: true });
    expect(from(toBoolean, '<value value="false"/>')).to.deep.equal({ value: false });
    expect(from(toBoolean, '<value value="perhaps"/>')).to.deep.equal(error('perhaps'));
    expect(from(toBoolean, '<value nullFlavor="NASK"/>')).to.deep.equal({
      extension: [{ url: ABSENT, valueCode: 'not-asked' }],
    });
  });
});

describe('A boolean that CDA would write otherwise', () => {
  it('is the truth value that it means, with its text beside it', () => {
    for (const [text, value] of [
      ['1', true],
      ['TRUE', true],
      ['Y', true],
      ['0', false],
      ['No', false],
    ] as const)
      expect(from(toBoolean, `<value value="${text}"/>`)).to.deep.equal({
        value,
        extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/originalText', valueString: text }],
      });
  });
});

describe('A Money', () => {
  it('is an MO', () => {
    expect(from(toMoney, '<value xsi:type="MO" value="12.5" currency="USD"/>')).to.deep.equal({
      value: 12.5,
      currency: 'USD',
    });
  });

  it('leaves out an invalid currency', () => {
    const { reading, root, mapped } = readingOf('<value xsi:type="MO" value="12.5" currency="$"/>');
    expect(toMoney(reading, root)).to.deep.equal({ value: 12.5 });
    expect(mapped()).to.deep.equal({ '@value': 'value' });
  });

  it('is absent for a null flavour', () => {
    expect(from(toMoney, '<value nullFlavor="UNK"/>')).to.deep.equal({
      extension: [{ url: ABSENT, valueCode: 'unknown' }],
    });
  });
});

describe('A Ratio', () => {
  it('has both parts', () => {
    const { reading, root, mapped } = readingOf(
      '<maxDoseQuantity><numerator value="4" unit="g"/><denominator value="24" unit="h"/></maxDoseQuantity>',
    );
    expect(toRatio(reading, root)).to.deep.equal({
      numerator: { value: 4, unit: 'g', system: 'http://unitsofmeasure.org', code: 'g' },
      denominator: { value: 24, unit: 'h', system: 'http://unitsofmeasure.org', code: 'h' },
    });
    expect(mapped()['denominator/@unit']).to.equal('denominator.unit');
  });

  it('says why a part is absent', () => {
    expect(from(toRatio, '<value><numerator value="1"/><denominator nullFlavor="UNK"/></value>')).to.deep.equal({
      numerator: { value: 1 },
      denominator: { extension: [{ url: ABSENT, valueCode: 'unknown' }] },
    });
  });

  it('says why the whole or a part is absent', () => {
    const unknown = [{ url: ABSENT, valueCode: 'unknown' }];
    expect(
      from(toRatio, '<value nullFlavor="UNK"><numerator nullFlavor="UNK"/><denominator nullFlavor="UNK"/></value>'),
    ).to.deep.equal({ extension: unknown, numerator: { extension: unknown }, denominator: { extension: unknown } });
  });

  it('is absent if it has only one part, and then marks nothing', () => {
    const { reading, root, mapped } = readingOf('<value><numerator value="1"/></value>');
    expect(toRatio(reading, root)).to.equal(undefined);
    expect(mapped()).to.deep.equal({});
  });

  it('has money as a number of its currency', () => {
    expect(
      from(toRatio, '<value><numerator value="3" currency="EUR"/><denominator value="1" unit="d"/></value>'),
    ).to.deep.include({ numerator: { value: 3, unit: 'EUR', system: 'urn:iso:std:iso:4217', code: 'EUR' } });
  });
});
