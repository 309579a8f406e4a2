import { expect } from 'chai';
import { toCode } from '../../../src/fhir/types/code.js';
import { toCodeableConcept } from '../../../src/fhir/types/codeable-concept.js';
import { toCoding } from '../../../src/fhir/types/coding.js';
import { ORIGINAL_TEXT } from '../../../src/fhir/types/original-text.js';
import { child } from '../../../src/xml/tree.js';
import { nameId } from '../../../src/cda/vocabulary.js';
import { readingOf, type ReadingOf } from '../../reading-of.js';

const ABSENT = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';
const NULL_FLAVOR = 'http://hl7.org/fhir/StructureDefinition/iso21090-nullFlavor';
const SNOMED = 'http://snomed.info/sct';
const ICD10 = 'http://hl7.org/fhir/sid/icd-10-cm';

const HYPERTENSION = 'code="38341003" codeSystem="2.16.840.1.113883.6.96"';
const ICD_HYPERTENSION = '<translation code="I10" codeSystem="2.16.840.1.113883.6.90" displayName="Hypertension"/>';

function concept(xml: string, preferred?: string[]): unknown {
  const { reading, root } = readingOf(xml);
  return toCodeableConcept(reading, root, preferred && { preferred });
}

/** What became of the `value` of a section with this text. */
function inSection(text: string, value: string): { concept: unknown } & ReadingOf {
  const read = readingOf(`<section><text>${text}</text>${value}</section>`);
  const node = child(read.reading.tree, read.root, nameId('value'));
  return { concept: toCodeableConcept(read.reading, node), ...read };
}

describe('A CodeableConcept', () => {
  it('says why a code system without a code is left out', () => {
    for (const code of ['<originalText>x</originalText>', '']) {
      const { reading, root, dropped } = readingOf(
        `<value nullFlavor="UNK" codeSystem="2.16.840.1.113883.6.96" codeSystemName="SNOMED CT">${code}</value>`,
      );
      toCodeableConcept(reading, root);
      expect(Object.keys(dropped())).to.deep.equal(['@codeSystem', '@codeSystemName']);
    }
  });

  it('has the system of its codeSystemName if the system of its OID cannot have such a code', () => {
    const of = (name: string) => {
      const { reading, root, mapped } = readingOf(
        `<value code="G0121" codeSystem="2.16.840.1.113883.6.13" codeSystemName="${name}"/>`,
      );
      return { concept: toCodeableConcept(reading, root) as { coding: object[] }, mapped: mapped() };
    };
    const { concept: hcpcs, mapped } = of('HCPCS');
    expect(hcpcs.coding[0]).to.include({
      system: 'http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets',
      code: 'G0121',
    });
    expect(mapped).to.include({ '@codeSystemName': 'coding[0].system' });
    expect(of('CPT').concept.coding[0]).to.include({ system: 'urn:oid:2.16.840.1.113883.6.13' });
  });

  it('has code, system, display and version (guidance-18 to -20, -25)', () => {
    const { reading, root, mapped } = readingOf(
      `<value ${HYPERTENSION} codeSystemVersion="2024-03" displayName="Hypertension"/>`,
    );
    expect(toCodeableConcept(reading, root)).to.deep.equal({
      coding: [{ system: SNOMED, version: '2024-03', code: '38341003', display: 'Hypertension' }],
    });
    expect(mapped()).to.deep.equal({
      '@code': 'coding[0].code',
      '@codeSystem': 'coding[0].system',
      '@codeSystemVersion': 'coding[0].version',
      '@displayName': 'coding[0].display',
    });
  });

  it('keeps the code and all translations, also those of translations (guidance-22 to -24)', () => {
    const nested = `<translation code="A" codeSystem="2.16.840.1.113883.19.5"><translation code="B"/></translation>`;
    expect(concept(`<value ${HYPERTENSION}>${ICD_HYPERTENSION}${nested}</value>`)).to.deep.equal({
      coding: [
        { system: SNOMED, code: '38341003' },
        { system: ICD10, code: 'I10', display: 'Hypertension' },
        { system: 'urn:oid:2.16.840.1.113883.19.5', code: 'A' },
        { code: 'B' },
      ],
    });
  });

  it("keeps a code that its HL7 system doesn't have under the OID that the sender claims, and says so", () => {
    const { reading, root, mapped, warnings } = readingOf(
      '<code code="99238" codeSystem="2.16.840.1.113883.5.4" codeSystemName="ActCode" displayName="Discharge"/>',
    );
    expect(toCodeableConcept(reading, root)).to.deep.equal({
      coding: [{ system: 'urn:oid:2.16.840.1.113883.5.4', code: '99238', display: 'Discharge' }],
    });
    expect(mapped()).to.include({ '@code': 'coding[0].code', '@codeSystem': 'coding[0].system' });
    expect(warnings.map(({ code, node }) => ({ code, node }))).to.deep.equal([{ code: 'unmapped-code', node: root }]);
    expect(concept('<code code="AMB" codeSystem="2.16.840.1.113883.5.4"/>')).to.deep.equal({
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB', display: 'ambulatory' }],
    });
  });

  it('has no code if the code is a word such as "none"', () => {
    const { reading, root, mapped, warnings } = readingOf(
      '<code code="UNKNOWN" codeSystem="2.16.840.1.113883.6.96" displayName="Blood count"/>',
    );
    expect(toCodeableConcept(reading, root)).to.deep.equal({ text: 'Blood count' });
    expect(mapped()).to.deep.equal({ '@displayName': 'text' });
    expect(warnings).to.deep.equal([]);
    // A system may have such a code.
    expect(concept('<code code="UNK" codeSystem="2.16.840.1.113883.5.1008"/>')).to.have.nested.property(
      'coding[0].code',
      'UNK',
    );
  });

  it('has a code without a system if the sender gives no OID, and a word as text', () => {
    const url = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
    const { reading, root, mapped, warnings } = readingOf(`<code code="99238" codeSystem="${url}"/>`);
    const called = { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/originalText', valueString: url }] };
    expect(toCodeableConcept(reading, root)).to.deep.equal({ coding: [{ code: '99238', _system: called }] });
    expect(mapped()).to.include({ '@code': 'coding[0].code' });
    expect(warnings).to.have.length(1);
    expect(concept(`<code code="Going home" codeSystem="${url}" displayName="Discharge"/>`)).to.deep.equal({
      text: 'Discharge',
    });
  });

  it('puts the systems that a profile wants first, and marks each fact at its new place', () => {
    const { reading, root, mapped } = readingOf(`<value ${HYPERTENSION}>${ICD_HYPERTENSION}</value>`);
    expect(toCodeableConcept(reading, root, { preferred: [ICD10] })).to.deep.equal({
      coding: [
        { system: ICD10, code: 'I10', display: 'Hypertension' },
        { system: SNOMED, code: '38341003' },
      ],
    });
    expect(mapped()).to.include({ '@code': 'coding[1].code', 'translation/@code': 'coding[0].code' });
  });

  it('has an exactly repeated coding once, and a differing one twice', () => {
    const again = `<translation ${HYPERTENSION}/>`;
    expect(concept(`<value ${HYPERTENSION}>${again}</value>`)).to.deep.equal({
      coding: [{ system: SNOMED, code: '38341003' }],
    });
    expect(concept(`<value ${HYPERTENSION} displayName="x">${again}</value>`))
      .to.have.property('coding')
      .with.lengthOf(2);
  });

  it('has an unknown code system as a URN (guidance-26), a system without OID by its name, and no system if nothing names it', () => {
    expect(concept('<code code="7" codeSystem="2.16.840.1.113883.19.5"/>')).to.deep.equal({
      coding: [{ system: 'urn:oid:2.16.840.1.113883.19.5', code: '7' }],
    });
    expect(concept('<code code="38341003" codeSystemName="SNOMED-CT"/>')).to.deep.equal({
      coding: [{ system: SNOMED, code: '38341003' }],
    });
    expect(concept('<code code="7"/>')).to.deep.equal({ coding: [{ code: '7' }] });
  });

  it('keeps the sender’s name for a code system as original text if it is not one of the known names', () => {
    const _system = { extension: [{ url: ORIGINAL_TEXT, valueString: 'Our codes' }] };
    expect(concept('<code code="7" codeSystemName="Our codes"/>')).to.deep.equal({ coding: [{ _system, code: '7' }] });
    expect(concept('<code code="7" codeSystem="Our codes" codeSystemName="Our codes"/>')).to.deep.equal({
      coding: [{ _system, code: '7' }],
    });
    expect(concept('<code code="7" codeSystem="2.16.840.1.113883.19.5" codeSystemName=" Our codes "/>')).to.deep.equal({
      coding: [{ system: 'urn:oid:2.16.840.1.113883.19.5', _system, code: '7' }],
    });
    // Two names of one system are two claims, and neither is lost.
    const other = `<translation ${HYPERTENSION} codeSystemName="Our codes"/>`;
    expect(concept(`<value ${HYPERTENSION}>${other}</value>`)).to.deep.equal({
      coding: [
        { system: SNOMED, code: '38341003' },
        { system: SNOMED, _system, code: '38341003' },
      ],
    });
  });

  it('counts the name of a code system as used if it belongs to the OID, otherwise as mapped', () => {
    const verified = readingOf(`<code ${HYPERTENSION} codeSystemName="SNOMED CT"/>`);
    toCodeableConcept(verified.reading, verified.root);
    expect(verified.used()).to.deep.equal(['@codeSystemName']);
    const wrong = readingOf(`<code ${HYPERTENSION} codeSystemName="LOINC"/>`);
    toCodeableConcept(wrong.reading, wrong.root);
    expect(wrong.used()).to.deep.equal([]);
    expect(wrong.mapped()).to.have.property('@codeSystemName', 'coding[0]._system.extension[0].valueString');
  });

  it('has the words of the author as its text (guidance-21)', () => {
    const { concept: written, mapped } = inSection(
      '',
      `<value ${HYPERTENSION}><originalText>high\n   BP</originalText></value>`,
    );
    expect(written).to.deep.equal({ coding: [{ system: SNOMED, code: '38341003' }], text: 'high BP' });
    expect(mapped()).to.include({ 'value/originalText/text()': 'text' });
  });

  it('follows a reference into the narrative, and gives its text without markup', () => {
    const { concept: referred, mapped } = inSection(
      '<paragraph ID="p1">High <content styleCode="Bold">blood</content><br/>pressure</paragraph>',
      `<value ${HYPERTENSION}><originalText><reference value="#p1"/></originalText></value>`,
    );
    expect(referred).to.deep.equal({ coding: [{ system: SNOMED, code: '38341003' }], text: 'High blood pressure' });
    expect(mapped()).to.include({ 'value/originalText/reference/@value': 'text' });
  });

  it('never takes a reference for text: a dangling reference gives a warning and stays in the ledger', () => {
    const {
      concept: dangling,
      warnings,
      mapped,
    } = inSection(
      '<paragraph ID="p1">x</paragraph>',
      `<value ${HYPERTENSION}><originalText><reference value="#p2"/></originalText></value>`,
    );
    expect(dangling).to.deep.equal({ coding: [{ system: SNOMED, code: '38341003' }] });
    expect(warnings.map(({ code }) => code)).to.deep.equal(['dangling-reference']);
    expect(warnings[0]?.text).to.not.include('p2');
    expect(mapped()).to.not.have.property('value/originalText/reference/@value');
  });

  it('has the translations of a code that is null, and says what the code lacks', () => {
    const { reading, root, mapped } = readingOf(`<value nullFlavor="OTH">${ICD_HYPERTENSION}</value>`);
    expect(toCodeableConcept(reading, root)).to.deep.equal({
      extension: [{ url: NULL_FLAVOR, valueCode: 'OTH' }],
      coding: [{ system: ICD10, code: 'I10', display: 'Hypertension' }],
    });
    expect(mapped()).to.have.property('@nullFlavor', '');
  });

  it('says why it is absent if there is only a null flavour', () => {
    expect(concept('<value nullFlavor="UNK"/>')).to.deep.equal({ extension: [{ url: ABSENT, valueCode: 'unknown' }] });
    expect(concept('<value/>')).to.equal(undefined);
  });

  it('has a display without a code as text, or as a separate coding if there are other words', () => {
    expect(concept('<value nullFlavor="UNK" displayName="Rash"/>')).to.have.property('text', 'Rash');
    expect(concept('<value displayName="Rash"><originalText>red skin</originalText></value>')).to.deep.equal({
      coding: [{ display: 'Rash' }],
      text: 'red skin',
    });
    const { reading, root, mapped } = readingOf('<value displayName="Rash"><originalText>Rash</originalText></value>');
    expect(toCodeableConcept(reading, root)).to.deep.equal({ text: 'Rash' });
    expect(mapped()).to.deep.equal({ '@displayName': 'text', 'originalText/text()': 'text' });
  });

  it('removes spaces around a code, and takes a code that FHIR does not allow as text', () => {
    expect(concept('<value code=" 7 "/>')).to.deep.equal({ coding: [{ code: '7' }] });
    expect(concept('<value code="see  note" codeSystem="2.16.840.1.113883.19.5"/>')).to.deep.equal({
      text: 'see note',
    });
  });

  it('leaves out a display of nothing but blanks', () => {
    expect(concept('<value code="7" displayName="  "/>')).to.deep.equal({ coding: [{ code: '7' }] });
  });

  it('is the text of an ST or ED that stands for a code', () => {
    expect(concept('<value xsi:type="ST">Penicillin</value>')).to.deep.equal({ text: 'Penicillin' });
  });

  it('leaves qualifiers of a system without expressions to the ledger', () => {
    const qualifier =
      '<qualifier><name code="121139" codeSystem="1.2.3"/><value code="CR" codeSystem="1.2.3"/></qualifier>';
    const { reading, root, mapped } = readingOf(`<value ${HYPERTENSION}>${qualifier}</value>`);
    expect(toCodeableConcept(reading, root)).to.deep.equal({ coding: [{ system: SNOMED, code: '38341003' }] });
    expect(Object.keys(mapped())).to.have.members(['@code', '@codeSystem']);
  });
});

describe('A Coding', () => {
  it('is the coding of the code, else of its first translation', () => {
    const plain = readingOf(`<code ${HYPERTENSION}>${ICD_HYPERTENSION}</code>`);
    expect(toCoding(plain.reading, plain.root)).to.deep.equal({ system: SNOMED, code: '38341003' });
    const absent = readingOf(`<code nullFlavor="UNK">${ICD_HYPERTENSION}</code>`);
    expect(toCoding(absent.reading, absent.root)).to.have.property('code', 'I10');
    expect(absent.mapped()).to.include({ 'translation/@code': 'code' });
  });

  it('has the author’s words beside it (guidance-27)', () => {
    const { reading, root } = readingOf(`<code ${HYPERTENSION}><originalText>high BP</originalText></code>`);
    expect(toCoding(reading, root)).to.deep.equal({
      system: SNOMED,
      code: '38341003',
      extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/originalText', valueString: 'high BP' }],
    });
  });
});

describe('A code', () => {
  it('is the code as written, with the author’s words beside it (guidance-27)', () => {
    const { reading, root, mapped } = readingOf(
      '<languageCode code="en-US"><originalText>English</originalText></languageCode>',
    );
    expect(toCode(reading, root)).to.deep.equal({
      value: 'en-US',
      extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/originalText', valueString: 'English' }],
    });
    expect(mapped()).to.have.property('@code', '');
  });

  it('says why it is absent', () => {
    const { reading, root } = readingOf('<languageCode nullFlavor="ASKU"/>');
    expect(toCode(reading, root)).to.deep.equal({ extension: [{ url: ABSENT, valueCode: 'asked-unknown' }] });
  });
});
