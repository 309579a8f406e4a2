import { expect } from 'chai';
import { toAddress } from '../../../src/fhir/types/address.js';
import { readingOf } from '../../reading-of.js';

const EXTENSIONS = 'http://hl7.org/fhir/StructureDefinition/';
const part = (name: string, valueString: string): object => ({
  url: `${EXTENSIONS}iso21090-ADXP-${name}`,
  valueString,
});

function address(content: string, use = ''): unknown {
  const { reading, root } = readingOf(`<addr ${use}>${content}</addr>`);
  return toAddress(reading, root);
}

describe('An Address', () => {
  it('has a state of the United States as its postal code, and keeps the original text', () => {
    expect(address('<state>Oregon</state>')).to.deep.equal({
      state: 'OR',
      _state: { extension: [{ url: `${EXTENSIONS}originalText`, valueString: 'Oregon' }] },
    });
    expect(address('<state>OR</state>')).to.deep.equal({ state: 'OR' });
    expect(address('<state>Kerala</state>')).to.deep.equal({ state: 'Kerala' });
  });

  it('counts a partType as used if it fits its element, and otherwise leaves it to the ledger', () => {
    const { reading, root, used } = readingOf(
      '<addr><city partType="CTY">Blue Bell</city><state partType="SAL">MA</state></addr>',
    );
    toAddress(reading, root);
    expect(used()).to.deep.equal(['city/@partType']);
  });

  it('has lines, city, district, state, postal code, country and use (guidance-48 to -53)', () => {
    const { reading, root, mapped } = readingOf(`<addr use="HP">
      <streetAddressLine>17 Daws Rd.</streetAddressLine><streetAddressLine>Flat 2</streetAddressLine>
      <city>Blue Bell</city><county>Kent</county><state>MA</state><postalCode>02368</postalCode><country>US</country>
    </addr>`);
    expect(toAddress(reading, root)).to.deep.equal({
      use: 'home',
      line: ['17 Daws Rd.', 'Flat 2'],
      city: 'Blue Bell',
      district: 'Kent',
      state: 'MA',
      postalCode: '02368',
      country: 'US',
    });
    expect(mapped()).to.deep.equal({
      '@use': 'use',
      'streetAddressLine/text()': 'line[1]',
      'city/text()': 'city',
      'county/text()': 'district',
      'state/text()': 'state',
      'postalCode/text()': 'postalCode',
      'country/text()': 'country',
    });
  });

  it('has its time of use as its period (guidance-54, -55)', () => {
    expect(
      address(
        '<city>Kent</city><useablePeriod xsi:type="IVL_TS"><low value="2001"/><high value="2011"/></useablePeriod>',
      ),
    ).to.deep.equal({ city: 'Kent', period: { start: '2001', end: '2011' } });
  });

  it('puts finer parts into lines in their order, and keeps their kinds', () => {
    expect(
      address(
        '<careOf>R. Roe</careOf><houseNumber>12</houseNumber><streetName>Main St</streetName><postBox>Box 7</postBox>',
      ),
    ).to.deep.equal({
      line: ['R. Roe', '12 Main St', 'Box 7'],
      _line: [
        { extension: [part('careOf', 'R. Roe')] },
        { extension: [part('houseNumber', '12'), part('streetName', 'Main St')] },
        { extension: [part('postBox', 'Box 7')] },
      ],
    });
  });

  it('is text if it has no parts, and has the whole text if there are words between its parts', () => {
    expect(address('17 Daws Rd.,\n Blue Bell')).to.deep.equal({ text: '17 Daws Rd., Blue Bell' });
    expect(address('<city>Blue Bell</city>, <state>MA</state>')).to.deep.equal({
      text: 'Blue Bell, MA',
      city: 'Blue Bell',
      state: 'MA',
    });
  });

  it('distinguishes postal and physical addresses, and keeps uses that FHIR lacks', () => {
    expect(address('<city>K</city>', 'use="WP PST"')).to.deep.equal({ city: 'K', use: 'work', type: 'postal' });
    expect(address('<city>K</city>', 'use="PHYS PST"')).to.deep.equal({ city: 'K', type: 'both' });
    expect(address('<city>K</city>', 'use="HV"')).to.deep.equal({
      city: 'K',
      use: 'home',
      extension: [{ url: `${EXTENSIONS}iso21090-AD-use`, valueCode: 'HV' }],
    });
  });

  it('leaves a use without a place in FHIR to the ledger', () => {
    const { reading, root, mapped } = readingOf('<addr use="XX"><city>K</city></addr>');
    expect(toAddress(reading, root)).to.deep.equal({ city: 'K' });
    expect(Object.keys(mapped())).to.deep.equal(['city/text()']);
  });

  it('says why a part is absent, or the whole address', () => {
    const absent = (reason: string): object => ({
      extension: [{ url: `${EXTENSIONS}data-absent-reason`, valueCode: reason }],
    });
    expect(address('<streetAddressLine nullFlavor="UNK"/><city>K</city><state nullFlavor="NASK"/>')).to.deep.equal({
      _line: [absent('unknown')],
      city: 'K',
      _state: absent('not-asked'),
    });
    expect(address('', 'nullFlavor="MSK"')).to.deep.equal(absent('masked'));
    expect(address('<city/>', 'use="HP"')).to.equal(undefined);
  });
});
