import { expect } from 'chai';
import { absentReason, dataAbsentReason } from '../../../src/fhir/types/data-absent-reason.js';
import { readingOf } from '../../reading-of.js';

/** The v3 NullFlavor code system. */
const FLAVORS = 'NI INV DER OTH NINF PINF UNC MSK NA UNK ASKU NAV NASK NAVU QS TRC NP'.split(' ');

describe('A data-absent-reason', () => {
  it('exists for every null flavour', () => {
    for (const flavor of FLAVORS) expect(absentReason(flavor), flavor).to.be.a('string');
    expect(absentReason('MSK')).to.equal('masked');
    expect(absentReason('constructor')).to.equal(undefined);
  });

  it('gives every null flavour back', () => {
    const made = FLAVORS.map((flavor) => {
      const { reading, root, mapped } = readingOf(`<value nullFlavor="${flavor}"/>`);
      const extension = dataAbsentReason(reading, root, 'value');
      expect(mapped()).to.deep.equal({ '@nullFlavor': 'value' });
      return JSON.stringify(extension);
    });
    expect(new Set(made).size).to.equal(FLAVORS.length);
  });

  it('is an error for an invalid null flavour, whose text stays unmarked', () => {
    const { reading, root, mapped } = readingOf('<value nullFlavor="unk"/>');
    expect(dataAbsentReason(reading, root)).to.deep.equal([
      { url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'error' },
    ]);
    expect(mapped()).to.deep.equal({});
  });

  it('is absent without a null flavour', () => {
    const { reading, root } = readingOf('<value nullFlavor=""/>');
    expect(dataAbsentReason(reading, root)).to.equal(undefined);
  });
});
