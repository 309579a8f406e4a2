import { expect } from 'chai';
import type { Issue } from '../../src/xml/issue.js';
import { loadMappings } from '../../src/mapping/load.js';
import { documentOf, type Fragment } from '../mappings/document-of.js';
import { convertWith, mappingFolder, observationSet } from './mapping-folder.js';
import { converter } from '../packaged-converter.js';

const LOINC = '2.16.840.1.113883.6.1';
const SNOMED = '2.16.840.1.113883.6.96';

function table(headings: readonly string[], ...rows: readonly (readonly string[])[]): string {
  const cells = (name: string, texts: readonly string[]) => texts.map((text) => `<${name}>${text}</${name}>`).join('');
  const body = rows.map((texts, index) => `<tr ID="r${index}">${cells('td', texts)}</tr>`).join('');
  return `<table><thead><tr>${cells('th', headings)}</tr></thead><tbody>${body}</tbody></table>`;
}

function result(inner: string, row = 'r0'): string {
  return `<observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.2"/><id root="1.2.3" extension="${row}"/>${inner.replace('<text/>', `<text><reference value="#${row}"/></text>`)}</observation>`;
}

function glucose(value: string, time = '20240305', row = 'r0'): string {
  return result(
    `<code code="2345-7" codeSystem="${LOINC}" displayName="Glucose [Mass/volume] in Serum"/><text/><statusCode code="completed"/><effectiveTime value="${time}"/>${value}`,
    row,
  );
}

function problem(inner: string): string {
  return `<act classCode="ACT" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.3"/><id root="1.2.3" extension="c"/><code code="CONC" codeSystem="2.16.840.1.113883.5.6"/><statusCode code="active"/><entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.4"/><id root="1.2.3" extension="p"/><code code="55607006" codeSystem="${SNOMED}"/><text><reference value="#r0"/></text><statusCode code="completed"/><effectiveTime><low value="20200101"/></effectiveTime>${inner}</observation></entryRelationship></act>`;
}

function medication(dose: string, drug = 'Lisinopril 10 MG Oral Tablet'): string {
  return `<substanceAdministration classCode="SBADM" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.16"/><id root="1.2.3" extension="m"/><text><reference value="#r0"/></text><statusCode code="active"/><effectiveTime xsi:type="IVL_TS"><low value="20240101"/></effectiveTime>${dose}<consumable><manufacturedProduct classCode="MANU"><templateId root="2.16.840.1.113883.10.20.22.4.23"/><manufacturedMaterial><code code="314076" codeSystem="2.16.840.1.113883.6.88" displayName="${drug}"/></manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration>`;
}

function questionsOf(fragment: Fragment): { codes: string[]; issues: readonly Issue[]; questioned: number } {
  const { issues, ledger } = converter.convert(Buffer.from(documentOf(fragment)));
  const told = issues.filter(({ code }) => /-contradicted$|-in-narrative$/.test(code));
  return { codes: told.map(({ code }) => code), issues: told, questioned: ledger.totals.questioned };
}

describe('a statement and its row of the narrative', () => {
  const RESULTS = '30954-2';
  const value = (text: string) => `<value xsi:type="PQ" value="${text}" unit="mg/dL"/>`;
  const headings = ['Test', 'Result', 'Date'];

  it('give no issue if they agree, in whatever form', () => {
    const text = table(headings, ['Glucose', '98.0 mg/dL', 'March 5, 2024']);
    expect(questionsOf({ section: RESULTS, text, xml: glucose(value('98')) }).codes).to.deep.equal([]);
  });

  it('give an issue if the row has the same number in another unit', () => {
    const text = table(headings, ['Glucose', '98 g/dL', '03/05/2024']);
    const { codes, issues } = questionsOf({ section: RESULTS, text, xml: glucose(value('98')) });
    expect(codes).to.deep.equal(['value-contradicted']);
    expect(issues[0]?.also?.[0]?.path).to.match(/\/td\[2\]$/);
    const drugs = table(['Medication', 'Dose'], ['Lisinopril', '5 mg']);
    const dose = (unit: string) => medication(`<doseQuantity value="5" unit="${unit}"/>`);
    expect(questionsOf({ section: '10160-0', text: drugs, xml: dose('g') }).codes).to.deep.equal(['dose-contradicted']);
    expect(questionsOf({ section: '10160-0', text: drugs, xml: dose('mg') }).codes).to.deep.equal([]);
  });

  it('give an issue with both places if the row has another number, and count as questioned', () => {
    const text = table(headings, ['Glucose', '89 mg/dL', '03/05/2024']);
    const { codes, issues, questioned } = questionsOf({ section: RESULTS, text, xml: glucose(value('98')) });
    expect(codes).to.deep.equal(['value-contradicted']);
    expect(questioned).to.equal(1);
    expect(issues[0]?.path).to.match(/\/value$/);
    expect(issues[0]?.also?.[0]?.path).to.match(/\/td\[2\]$/);
    expect(issues[0]?.text).to.not.match(/\d/);
  });

  it('give an issue if the row has another date', () => {
    const text = table(headings, ['Glucose', '98 mg/dL', '05/03/2023']);
    expect(questionsOf({ section: RESULTS, text, xml: glucose(value('98')) }).codes).to.deep.equal([
      'date-contradicted',
    ]);
  });

  it('give an issue if the row names another test, or has another code', () => {
    const text = table(['Test', 'LOINC', 'Result'], ['Creatinine', '2160-0', '98']);
    expect(questionsOf({ section: RESULTS, text, xml: glucose(value('98')) }).codes).to.have.members([
      'name-contradicted',
      'code-contradicted',
    ]);
  });

  it('give an issue if only the row has a value, unless its words are not a value', () => {
    const of = (cell: string) =>
      questionsOf({
        section: RESULTS,
        text: table(headings, ['Glucose', cell, '03/05/2024']),
        xml: glucose('<value xsi:type="PQ" nullFlavor="UNK"/>'),
      }).codes;
    expect(of('89 mg/dL')).to.deep.equal(['value-in-narrative']);
    expect(of('Pending')).to.deep.equal([]);
  });

  it('have no value in a title that spans the columns', () => {
    const text =
      '<table><thead><tr><th>Test</th><th>Result</th></tr></thead><tbody><tr><td colspan="2" ID="r0">Glucose</td></tr></tbody></table>';
    const xml = glucose('<value xsi:type="CD" nullFlavor="NA"/>');
    expect(questionsOf({ section: RESULTS, text, xml }).codes).to.deep.equal([]);
  });

  it('are not compared if several statements refer to the row', () => {
    const text = table(headings, ['Metabolic panel', '1234', '01/01/1999']);
    const xml = [
      glucose(value('98')),
      '</entry><entry>',
      glucose(value('99')).replace('extension="r0"', 'extension="x"'),
    ];
    expect(questionsOf({ section: RESULTS, text, xml }).codes).to.deep.equal([]);
  });

  it('give an issue if the row has a problem of another name', () => {
    const asthma = `<value xsi:type="CD" code="195967001" codeSystem="${SNOMED}" displayName="Asthma"/>`;
    const of = (name: string) =>
      questionsOf({ text: table(['Problem', 'Status'], [name, 'Active']), xml: problem(asthma) }).codes;
    expect(of('Diabetes mellitus type 2')).to.deep.equal(['name-contradicted']);
    expect(of('Bronchial asthma')).to.deep.equal([]);
  });

  it('give an issue if only the row names the side', () => {
    const fracture = (display: string) =>
      `<value xsi:type="CD" code="71620000" codeSystem="${SNOMED}" displayName="${display}"/>`;
    const of = (name: string, display: string) =>
      questionsOf({ text: table(['Problem', 'Status'], [name, 'Active']), xml: problem(fracture(display)) }).codes;
    expect(of('Fracture of left femur', 'Fracture of femur')).to.deep.equal(['side-in-narrative']);
    expect(of('Fracture of left femur', 'Fracture of right femur')).to.deep.equal(['side-in-narrative']);
    expect(of('Fracture of left femur', 'Fracture of left femur')).to.deep.equal([]);
    expect(of('Fracture of femur, left and right', 'Fracture of femur')).to.deep.equal([]);
  });

  it('give an issue if the row has another dose or another drug', () => {
    const of = (drug: string, dose: string) =>
      questionsOf({
        section: '10160-0',
        text: table(['Medication', 'Dose', 'Start Date'], [drug, dose, '01/01/2024']),
        xml: medication('<doseQuantity value="10" unit="mg"/>'),
      }).codes;
    expect(of('Lisinopril', '10 mg')).to.deep.equal([]);
    expect(of('Lisinopril', '20 mg')).to.deep.equal(['dose-contradicted']);
    expect(of('Metformin', '10 mg')).to.deep.equal(['name-contradicted']);
  });

  it('give an issue for a number of tablets if the row has neither that number, nor the strength, nor a multiple of the strength', () => {
    const of = (dose: string) =>
      questionsOf({
        section: '10160-0',
        text: table(['Medication', 'Dose'], ['Lisinopril', dose]),
        xml: medication('<doseQuantity value="2"/>'),
      }).codes;
    for (const dose of ['2 tablets', '10 mg', '20 mg']) expect(of(dose), dose).to.deep.equal([]);
    expect(of('40 mg')).to.deep.equal(['dose-contradicted']);
  });

  it('agree if the row has the dose in its unit beside others', () => {
    const of = (dose: string) =>
      questionsOf({
        section: '10160-0',
        text: table(['Medication', 'Dose'], ['Lisinopril', dose]),
        xml: medication('<doseQuantity value="2" unit="mL"/>'),
      }).codes;
    expect(of('6 mg (2 mL)')).to.deep.equal([]);
    expect(of('2 mg (0.5 mL)')).to.deep.equal([]);
    expect(of('2 mg')).to.deep.equal(['dose-contradicted']);
  });
});

describe('one statement that became several resources of a kind', () => {
  const observation = { resourceType: 'Observation', status: 'final', code: '= code', subject: { $ref: 'patient' } };
  const xml =
    '<observation classCode="OBS" moodCode="EVN"><id root="1.2.3" extension="o"/><code code="8867-4"/></observation>';

  it('gives an issue, unless its mapping makes more than one', () => {
    const other = {
      id: 'other',
      on: ['observation'],
      resource: { ...observation, note: [{ text: 'another' }] },
      identity: { by: [['id', "'other'"]] },
    };
    const asked = observationSet(observation, { 'other.json': other }, { also: ['other'] });
    expect(convertWith(asked, xml).issues.map(({ code }) => code)).to.not.include('statement-repeated');
  });
});

describe('agreement.json', () => {
  const mistakesOf = (questions: unknown): string => {
    try {
      loadMappings(
        mappingFolder({ 'agreement.json': { questions }, 'issues.json': { codes: { 'x-contradicted': 'x' } } }),
      );
    } catch (error) {
      return String(error);
    }
    return '';
  };
  const issues = { x: { code: 'x-contradicted', when: 'value', places: ['value'], text: 'x' } };

  it('is checked when it is loaded, and a mistake has its place', () => {
    expect(mistakesOf([{ of: ['Observation'], on: ['observation'], issues }])).to.equal('');
    expect(mistakesOf({})).to.include('"questions" is a list');
    expect(mistakesOf([{ of: ['Observatin'], on: ['observation'], issues }])).to.include('FHIR R4 has no resource');
    expect(mistakesOf([{ of: ['Observation'], on: ['observatio'], issues }])).to.include('CDA has no element');
    expect(mistakesOf([{ of: ['Observation'], on: ['observation'] }])).to.include('a question needs "issues"');
  });
});
