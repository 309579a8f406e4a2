import { expect } from 'chai';
import { EXACT } from '../../../src/fhir/decimal.js';
import { quantityFromText } from '../../../src/fhir/types/quantity-text.js';
import { isRange, toAge, toDuration, toQuantity, toSimpleQuantity } from '../../../src/fhir/types/quantity.js';
import { toRange } from '../../../src/fhir/types/range.js';
import { readingOf } from '../../reading-of.js';

const UCUM = 'http://unitsofmeasure.org';
const ABSENT = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';
const ORIGINAL = 'http://hl7.org/fhir/StructureDefinition/originalText';
const mg = { unit: 'mg', system: UCUM, code: 'mg' };

function quantity(xml: string): unknown {
  const { reading, root } = readingOf(xml);
  return toQuantity(reading, root);
}
const ivl = (parts: string): unknown => quantity(`<value xsi:type="IVL_PQ">${parts}</value>`);

describe('A Quantity', () => {
  it('has the number and unit of a PQ, each marked with its place', () => {
    const { reading, root, mapped } = readingOf('<value xsi:type="PQ" value="5" unit="mg"/>');
    expect(toQuantity(reading, root)).to.deep.equal({ value: 5, ...mg });
    expect(mapped()).to.deep.equal({ '@value': 'value', '@unit': 'unit' });
  });

  it('keeps the digits of the number', () => {
    const made = quantity('<value value="5.0" unit="mg"/>') as { [EXACT]: object };
    expect(made[EXACT]).to.deep.equal({ value: '5.0' });
  });

  it('has no unit if the source has none', () => {
    expect(quantity('<doseQuantity value="1"/>')).to.deep.equal({ value: 1 });
    expect(quantity('<value xsi:type="INT" value="7"/>')).to.deep.equal({ value: 7 });
    expect(quantity('<value xsi:type="REAL" value="-0.5"/>')).to.deep.equal({ value: -0.5 });
    expect(quantity('<value value="1" unit=""/>')).to.deep.equal({ value: 1 });
  });

  it('has the unit 1 if the source has it', () => {
    expect(quantity('<value value="3" unit="1"/>')).to.deep.equal({ value: 3, unit: '1', system: UCUM, code: '1' });
  });

  it('has a unit that is not UCUM only as text', () => {
    expect(quantity('<value value="2" unit="puffs each"/>')).to.deep.equal({ value: 2, unit: 'puffs each' });
  });

  it('keeps the text of a unit beside its UCUM code', () => {
    expect(quantity('<value value="2" unit="x10E3/uL"/>')).to.deep.equal({
      value: 2,
      unit: 'x10E3/uL',
      system: UCUM,
      code: '10*3/uL',
    });
  });

  it('keeps the text of a number that FHIR writes in another way', () => {
    expect(quantity('<value value=".50"/>')).to.deep.include({
      value: 0.5,
      _value: { extension: [{ url: ORIGINAL, valueString: '.50' }] },
    });
  });

  it('reads a comparator before the number', () => {
    expect(quantity('<value value="&lt;5" unit="mg"/>')).to.deep.equal({ comparator: '<', value: 5, ...mg });
    expect(quantity('<value value="≥100"/>')).to.deep.equal({
      comparator: '>=',
      value: 100,
      _value: { extension: [{ url: ORIGINAL, valueString: '≥100' }] },
    });
  });

  it('is absent by error if the text is not a number, with the text and a warning that does not quote it', () => {
    const { reading, root, warnings } = readingOf('<value value="12O" unit="mg"/>');
    expect(toQuantity(reading, root)).to.deep.equal({
      _value: {
        extension: [
          { url: ABSENT, valueCode: 'error' },
          { url: ORIGINAL, valueString: '12O' },
        ],
      },
      ...mg,
    });
    expect(warnings.map(({ code }) => code)).to.deep.equal(['impossible-number']);
    expect(warnings[0]!.text).not.to.contain('12O');
  });

  it('is absent for the reason of the null flavour', () => {
    expect(quantity('<value nullFlavor="ASKU"/>')).to.deep.equal({
      extension: [{ url: ABSENT, valueCode: 'asked-unknown' }],
    });
    expect(quantity('<value nullFlavor="UNK" unit="mg"/>')).to.deep.equal({
      extension: [{ url: ABSENT, valueCode: 'unknown' }],
    });
    expect(quantity('<value unit="mg"/>')).to.equal(undefined);
    expect(quantity('<value value="" unit="mg"/>')).to.equal(undefined);
    expect(quantity('<value/>')).to.equal(undefined);
  });

  it('has its translations in the extension for them', () => {
    const { reading, root, mapped } = readingOf(
      '<value value="100" unit="kg"><translation value="220.5" code="[lb_av]" codeSystem="2.16.840.1.113883.6.8" displayName="pounds"/></value>',
    );
    expect(toQuantity(reading, root)).to.deep.equal({
      value: 100,
      unit: 'kg',
      system: UCUM,
      code: 'kg',
      extension: [
        {
          url: 'http://hl7.org/fhir/StructureDefinition/iso21090-PQ-translation',
          valueQuantity: { value: 220.5, unit: 'pounds', system: UCUM, code: '[lb_av]' },
        },
      ],
    });
    expect(mapped()['translation/@value']).to.equal('extension[0].valueQuantity.value');
  });

  it('has the unit of a translation as its author wrote it, and a translation without a number too', () => {
    const of = (translation: string): unknown =>
      (quantity(`<value value="5" unit="mm"><translation ${translation}</value>`) as { extension: object[] })
        .extension[0];
    expect(of('value="75"><originalText>drops</originalText></translation>')).to.have.deep.property('valueQuantity', {
      value: 75,
      unit: 'drops',
    });
    expect(of('code="mm" codeSystem="2.16.840.1.113883.6.8"/>')).to.have.deep.property('valueQuantity', {
      unit: 'mm',
      system: UCUM,
      code: 'mm',
    });
  });

  it('has the unit of a translation as text if it only looks like UCUM', () => {
    const translated =
      '<value value="1" unit="m"><translation value="39" code="[in_X]" codeSystem="2.16.840.1.113883.6.8"/></value>';
    expect((quantity(translated) as { extension: object[] }).extension[0]).to.have.deep.property('valueQuantity', {
      value: 39,
      unit: '[in_X]',
    });
  });

  it('is its translation if it has no number itself', () => {
    const { reading, root, mapped } = readingOf(
      '<value nullFlavor="OTH"><translation value="2" displayName="tablets"/></value>',
    );
    expect(toQuantity(reading, root)).to.deep.equal({ value: 2, unit: 'tablets' });
    expect(mapped()).to.deep.equal({ 'translation/@value': 'value', 'translation/@displayName': 'unit' });
  });

  it('is its translation even if the unit of that is not a code, but not if nothing is known about it', () => {
    const of = (flavor: string) => {
      const text = '<originalText>THOUS/MCL</originalText>';
      const { reading, root } = readingOf(
        `<value nullFlavor="OTH"><translation value="152" nullFlavor="${flavor}">${text}</translation></value>`,
      );
      return toQuantity(reading, root);
    };
    expect(of('OTH')).to.deep.equal({ value: 152, unit: 'THOUS/MCL' });
    expect(of('UNK')).to.not.have.property('value');
  });
});

describe('A Quantity from an interval', () => {
  it('has the comparator of its one bound, a strict one if the bound is exclusive', () => {
    expect(ivl('<high value="5" unit="mg"/>')).to.deep.equal({ comparator: '<=', value: 5, ...mg });
    expect(ivl('<high value="5" unit="mg" inclusive="false"/>')).to.deep.equal({ comparator: '<', value: 5, ...mg });
    expect(ivl('<low value="5" unit="mg" inclusive="true"/>')).to.deep.equal({ comparator: '>=', value: 5, ...mg });
    expect(ivl('<low value="5" inclusive="false"/>')).to.deep.equal({ comparator: '>', value: 5 });
  });

  it('marks inclusive as used if it decides', () => {
    const { reading, root, used, mapped } = readingOf('<value><high value="5" inclusive="false"/></value>');
    toQuantity(reading, root);
    expect(used()).to.deep.equal(['high/@inclusive']);
    expect(mapped()).to.deep.equal({ 'high/@value': 'value' });
  });

  it('marks a bound that is infinite as used, since it makes the comparator', () => {
    const { reading, root, used } = readingOf('<value><low value="5"/><high nullFlavor="PINF"/></value>');
    expect(toQuantity(reading, root)).to.deep.equal({ comparator: '>=', value: 5 });
    expect(used()).to.deep.equal(['high/@nullFlavor']);
  });

  it('ignores a bound without a number', () => {
    expect(ivl('<low nullFlavor="NINF"/><high value="5"/>')).to.deep.equal({ comparator: '<=', value: 5 });
    expect(ivl('<low value="5"/><high nullFlavor="PINF"/>')).to.deep.equal({ comparator: '>=', value: 5 });
    expect(ivl('<low nullFlavor="NI"/><high nullFlavor="NI"/>')).to.equal(undefined);
  });

  it('ignores a low of 0', () => {
    expect(ivl('<low value="0"/><high value="5"/>')).to.deep.equal({ comparator: '<=', value: 5 });
  });

  it('is the number if both bounds are the same', () => {
    const { reading, root, mapped } = readingOf(
      '<doseQuantity><low value="1" unit="mg"/><high value="1" unit="mg"/></doseQuantity>',
    );
    expect(isRange(reading, root)).to.equal(false);
    expect(toQuantity(reading, root)).to.deep.equal({ value: 1, ...mg });
    expect(Object.keys(mapped())).to.have.length(4);
  });

  it('is absent for two bounds, which are a Range', () => {
    const { reading, root, mapped } = readingOf('<doseQuantity><low value="1"/><high value="2"/></doseQuantity>');
    expect(isRange(reading, root)).to.equal(true);
    expect(toQuantity(reading, root)).to.equal(undefined);
    expect(mapped()).to.deep.equal({});
  });
});

describe('A SimpleQuantity', () => {
  it('has no comparator, and marks nothing if it would need one', () => {
    const { reading, root, mapped, used } = readingOf('<value><high value="5" inclusive="false"/></value>');
    expect(toSimpleQuantity(reading, root)).to.equal(undefined);
    expect([mapped(), used()]).to.deep.equal([{}, []]);
  });
});

describe('A Duration or an Age', () => {
  it('is a number with a unit of time', () => {
    for (const convert of [toDuration, toAge]) {
      const time = readingOf('<width value="3" unit="mo"/>');
      expect(convert(time.reading, time.root)).to.deep.equal({ value: 3, unit: 'mo', system: UCUM, code: 'mo' });
      const mass = readingOf('<width value="3" unit="mg"/>');
      expect(convert(mass.reading, mass.root)).to.equal(undefined);
      expect(mass.mapped()).to.deep.equal({});
    }
  });

  it('is absent for a null flavour', () => {
    const { reading, root } = readingOf('<width nullFlavor="UNK"/>');
    expect(toDuration(reading, root)).to.deep.equal({ extension: [{ url: ABSENT, valueCode: 'unknown' }] });
  });

  it('is above zero if it is an Age', () => {
    const { reading, root } = readingOf('<value value="0" unit="a"/>');
    expect(toAge(reading, root)).to.equal(undefined);
  });
});

describe('A Range', () => {
  const range = (parts: string): unknown => {
    const { reading, root } = readingOf(`<value xsi:type="IVL_PQ">${parts}</value>`);
    return toRange(reading, root);
  };

  it('has one bound or two', () => {
    expect(range('<low value="1" unit="mg"/><high value="5" unit="mg"/>')).to.deep.equal({
      low: { value: 1, ...mg },
      high: { value: 5, ...mg },
    });
    expect(range('<high value="5"/>')).to.deep.equal({ high: { value: 5 } });
    expect(range('<low value="1"/><high nullFlavor="PINF"/>')).to.deep.equal({ low: { value: 1 } });
    expect(range('')).to.equal(undefined);
  });

  it('is absent for bounds that cannot be compared, and then marks nothing', () => {
    const { reading, root, mapped } = readingOf('<value><low value="1" unit="mg"/><high value="5"/></value>');
    expect(toRange(reading, root)).to.equal(undefined);
    expect(mapped()).to.deep.equal({});
  });

  it('is absent for a low above the high, with a warning', () => {
    const { reading, root, mapped, warnings } = readingOf('<value><low value="10"/><high value="9"/></value>');
    expect(toRange(reading, root)).to.equal(undefined);
    expect(mapped()).to.deep.equal({});
    expect(warnings.map(({ code }) => code)).to.deep.equal(['impossible-number']);
  });
});

describe('A Quantity from a text', () => {
  it('is a comparator, a number and a unit', () => {
    expect(quantityFromText('<5')).to.deep.equal({ comparator: '<', value: 5 });
    expect(quantityFromText('>= 100 mg/dL')).to.deep.equal({
      comparator: '>=',
      value: 100,
      unit: 'mg/dL',
      system: UCUM,
      code: 'mg/dL',
    });
    expect(quantityFromText(' 7 % ')).to.deep.equal({ value: 7, unit: '%', system: UCUM, code: '%' });
    expect(quantityFromText('-3')).to.deep.equal({ value: -3 });
  });

  it('is absent for any other text', () => {
    for (const text of ['', 'Positive', '<', '120/80', '10-15', '1:40', '1,200', '5 of 10', '5 10', '98.6 F', '37 C']) {
      expect(quantityFromText(text), text).to.equal(undefined);
    }
    for (const text of ['5 days ago', '2+', '3 cells seen', '5.5.5', '20150622-0500', '<5 mg/dL (low)', '4 x']) {
      expect(quantityFromText(text), text).to.equal(undefined);
    }
  });
});
