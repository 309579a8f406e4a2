import { expect } from 'chai';
import { toCodeableConcept } from '../../../src/fhir/types/codeable-concept.js';
import { readingOf } from '../../reading-of.js';

const SNOMED = 'http://snomed.info/sct';
const PNEUMONIA = 'code="233604007" codeSystem="2.16.840.1.113883.6.96" displayName="Pneumonia"';
const SIDE = '<name code="272741003" displayName="Laterality"/>';
const LEFT = '<value code="7771000" codeSystem="2.16.840.1.113883.6.96" displayName="Left"/>';

function codings(xml: string): unknown {
  const { reading, root } = readingOf(xml);
  return toCodeableConcept(reading, root)?.coding?.slice(1);
}

describe('An expression of SNOMED CT', () => {
  it('follows the concept that its qualifiers refine', () => {
    const { reading, root, mapped } = readingOf(`<value ${PNEUMONIA}><qualifier>${SIDE}${LEFT}</qualifier></value>`);
    expect(toCodeableConcept(reading, root)).to.deep.equal({
      coding: [
        { system: SNOMED, code: '233604007', display: 'Pneumonia' },
        { system: SNOMED, code: '233604007:272741003=7771000', display: 'Pneumonia: Laterality = Left' },
      ],
    });
    expect(mapped()).to.include({
      'qualifier/name/@code': 'coding[1].code',
      'qualifier/value/@code': 'coding[1].code',
      'qualifier/value/@displayName': 'coding[1].display',
    });
  });

  it('has all qualifiers, and no name if one of them has no name', () => {
    const site = '<qualifier><name code="363698007"/><value code="39607008"/></qualifier>';
    expect(codings(`<value ${PNEUMONIA}><qualifier>${SIDE}${LEFT}</qualifier>${site}</value>`)).to.deep.equal([
      { system: SNOMED, code: '233604007:272741003=7771000,363698007=39607008' },
    ]);
  });

  it('is absent if a qualifier is of another system, inverted, refined itself or not a concept', () => {
    for (const qualifier of [
      `<qualifier>${SIDE}<value code="LEFT01" codeSystem="1.2.3"/></qualifier>`,
      `<qualifier inverted="true">${SIDE}${LEFT}</qualifier>`,
      `<qualifier>${SIDE}<value code="7771000"><qualifier>${SIDE}${LEFT}</qualifier></value></qualifier>`,
      `<qualifier>${SIDE}</qualifier>`,
      `<qualifier>${SIDE}<value code="left"/></qualifier>`,
    ])
      expect(codings(`<value ${PNEUMONIA}>${qualifier}</value>`), qualifier).to.deep.equal([]);
  });

  it('is absent for a concept of another system', () => {
    expect(
      codings(`<value code="J18.9" codeSystem="2.16.840.1.113883.6.90"><qualifier>${SIDE}${LEFT}</qualifier></value>`),
    ).to.deep.equal([]);
  });
});
