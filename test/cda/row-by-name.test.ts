import { expect } from 'chai';
import type { MedicationRequest } from 'fhir/r4.js';
import { createConverter } from '../../src/convert.js';
import { documentOf } from '../mappings/document-of.js';
import { resourcesOfType } from '../mappings/expectation.js';

const converter = createConverter();
const RXNORM = '2.16.840.1.113883.6.88';

function drug(name: string, id: string, text = ''): string {
  return `<substanceAdministration classCode="SBADM" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.16"/><id root="2.999.1" extension="${id}"/>${text}<statusCode code="active"/><consumable><manufacturedProduct><manufacturedMaterial><code code="${id}" codeSystem="${RXNORM}" displayName="${name}"/></manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration>`;
}

function row(...cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

/** What the first medication of a section says of how it is taken. */
function sigOf(rows: string, ...drugs: readonly string[]): string | undefined {
  const text = `<table><thead><tr><th>Medication</th><th>Directions</th></tr></thead><tbody>${rows}</tbody></table>`;
  const entries = drugs.map((xml) => `<entry>${xml}</entry>`).join('');
  const section = `<section><code code="10160-0" codeSystem="2.16.840.1.113883.6.1"/><title>Medications</title><text>${text}</text>${entries}</section>`;
  const { bundle } = converter.convert(Buffer.from(documentOf({ sections: section })));
  const made = resourcesOfType(bundle, 'MedicationRequest')[0] as MedicationRequest | undefined;
  return made?.dosageInstruction?.[0]?.text;
}

describe('a statement that refers to no row', () => {
  const rows = row('Metformin 500 MG', 'Twice a day') + row('Lisinopril 10 MG', 'Once a day');

  it('tells of the one that has its name, in whatever case', () =>
    expect(sigOf(rows, drug('lisinopril 10 mg', '1'))).to.equal('Once a day'));

  it('tells of none where the words differ', () => expect(sigOf(rows, drug('Lisinopril', '1'))).to.equal(undefined));

  it('tells of none where another statement has that name', () =>
    expect(sigOf(rows, drug('Lisinopril 10 MG', '1'), drug('Lisinopril 10 MG', '2'))).to.equal(undefined));

  it('tells of none where two rows have it', () =>
    expect(sigOf(rows + row('Lisinopril 10 MG', 'At night'), drug('Lisinopril 10 MG', '1'))).to.equal(undefined));

  it('tells of its own where it refers to what is not there', () =>
    expect(sigOf(rows, drug('Lisinopril 10 MG', '1', '<text><reference value="#nowhere"/></text>'))).to.equal(
      'Once a day',
    ));

  it('tells of none where it refers to something else', () => {
    const note = '<tr><td ID="note">See the chart</td><td/></tr>';
    expect(sigOf(rows + note, drug('Lisinopril 10 MG', '1', '<text><reference value="#note"/></text>'))).to.equal(
      undefined,
    );
  });
});
