import { expect } from 'chai';
import { toHumanName } from '../../../src/fhir/types/human-name.js';
import { readingOf } from '../../reading-of.js';

const EXTENSIONS = 'http://hl7.org/fhir/StructureDefinition/';
const qualifier = (code: string): object => ({
  extension: [{ url: `${EXTENSIONS}iso21090-EN-qualifier`, valueCode: code }],
});
const absent = (reason: string): object => ({
  extension: [{ url: `${EXTENSIONS}data-absent-reason`, valueCode: reason }],
});

function name(content: string, use = ''): unknown {
  const { reading, root } = readingOf(`<name ${use}>${content}</name>`);
  return toHumanName(reading, root);
}

describe('A HumanName', () => {
  it('counts a partType as used if it fits its element', () => {
    const { reading, root, used } = readingOf(
      '<name><given partType="GIV">Myra</given><family partType="SFX">Quill</family></name>',
    );
    toHumanName(reading, root);
    expect(used()).to.deep.equal(['given/@partType']);
  });

  it('has its parts in their order, and its use (guidance-41 to -45)', () => {
    const { reading, root, mapped } = readingOf(
      '<name use="L"><prefix>Dr.</prefix><given>Myra</given><given>Ann Lee</given><family>Jones</family><suffix>MD</suffix></name>',
    );
    expect(toHumanName(reading, root)).to.deep.equal({
      use: 'usual',
      family: 'Jones',
      given: ['Myra', 'Ann Lee'],
      prefix: ['Dr.'],
      suffix: ['MD'],
    });
    expect(mapped()).to.deep.equal({
      '@use': 'use',
      'prefix/text()': 'prefix[0]',
      'given/text()': 'given[1]',
      'family/text()': 'family',
      'suffix/text()': 'suffix[0]',
    });
  });

  it('has its time of use as its period (guidance-46, -47)', () => {
    expect(name('<family>Jones</family><validTime><low value="2001"/><high value="2011"/></validTime>')).to.deep.equal({
      family: 'Jones',
      period: { start: '2001', end: '2011' },
    });
  });

  it('keeps the qualifiers of each part beside it', () => {
    expect(
      name('<given>Boris</given><given qualifier="CL">Bo</given><family qualifier="SP BR">Betterhalf</family>'),
    ).to.deep.equal({
      given: ['Boris', 'Bo'],
      _given: [null, qualifier('CL')],
      family: 'Betterhalf',
      _family: {
        extension: [
          { url: `${EXTENSIONS}iso21090-EN-qualifier`, valueCode: 'SP' },
          { url: `${EXTENSIONS}iso21090-EN-qualifier`, valueCode: 'BR' },
        ],
      },
    });
  });

  it('counts TITLE of a prefix as used, since a FHIR prefix is a title, and leaves qualifiers that FHIR lacks to the ledger', () => {
    const { reading, root, mapped, used } = readingOf(
      '<name><prefix qualifier="TITLE">Dr.</prefix><family qualifier="XX">Jones</family></name>',
    );
    expect(toHumanName(reading, root)).to.deep.equal({ prefix: ['Dr.'], family: 'Jones' });
    expect(used()).to.deep.equal(['prefix/@qualifier']);
    expect(mapped()).to.not.have.property('family/@qualifier');
  });

  it('joins several family names to one', () => {
    expect(name('<family>Ruiz</family><family>Picasso</family>')).to.deep.equal({ family: 'Ruiz Picasso' });
  });

  it('is text if it has no parts, and has the whole text if there are words between its parts', () => {
    expect(name('  Dr. Myra\n   Jones ')).to.deep.equal({ text: 'Dr. Myra Jones' });
    expect(
      name('Ms. <given>Myra</given><family>Jones</family><delimiter>,</delimiter><suffix>RN</suffix>'),
    ).to.deep.equal({
      text: 'Ms. Myra Jones, RN',
      given: ['Myra'],
      family: 'Jones',
      suffix: ['RN'],
    });
  });

  it('says why a part is absent, or the whole name', () => {
    expect(name('<given>Myra</given><family nullFlavor="ASKU"/>')).to.deep.equal({
      given: ['Myra'],
      _family: absent('asked-unknown'),
    });
    expect(name('', 'nullFlavor="MSK"')).to.deep.equal(absent('masked'));
    expect(name('<given/>')).to.equal(undefined);
  });

  it('keeps a use that FHIR lacks as an ISO 21090 extension (CF-NameUse)', () => {
    const uses = (code: string): unknown => name('<family>J</family>', `use="${code}"`);
    expect(uses('C')).to.deep.equal({ family: 'J', use: 'official' });
    expect(uses('P')).to.deep.equal({ family: 'J', use: 'anonymous' });
    expect(uses('SRCH')).to.deep.equal({
      family: 'J',
      extension: [{ url: `${EXTENSIONS}iso21090-EN-use`, valueCode: 'SRCH' }],
    });
    expect(uses('L IDE')).to.deep.equal({
      family: 'J',
      use: 'usual',
      extension: [{ url: `${EXTENSIONS}iso21090-EN-representation`, valueCode: 'IDE' }],
    });
  });

  it('is a nickname if an alias has a part that the person wants to be called by', () => {
    expect(name('<given qualifier="CL">Bo</given>', 'use="P"')).to.deep.include({ use: 'nickname' });
  });

  it('leaves a use to the ledger if one of its codes has no place', () => {
    const { reading, root, mapped } = readingOf('<name use="L ASGN"><family>J</family></name>');
    expect(toHumanName(reading, root)).to.deep.equal({ family: 'J', use: 'usual' });
    expect(mapped()).to.not.have.property('@use');
  });
});
