import { expect } from 'chai';
import type { MedicationRequest } from 'fhir/r4.js';
import { documentOf } from '../mappings/document-of.js';
import { resourcesOfType } from '../mappings/expectation.js';
import { converter } from '../packaged-converter.js';

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

describe('a statement without a reference to a row', () => {
  const rows = row('Metformin 500 MG', 'Twice a day') + row('Lisinopril 10 MG', 'Once a day');

  it('belongs to the one row that has its name, in any letter case', () =>
    expect(sigOf(rows, drug('lisinopril 10 mg', '1'))).to.equal('Once a day'));

  it('belongs to no row if the words differ', () => expect(sigOf(rows, drug('Lisinopril', '1'))).to.equal(undefined));

  it('belongs to no row if another statement has that name', () =>
    expect(sigOf(rows, drug('Lisinopril 10 MG', '1'), drug('Lisinopril 10 MG', '2'))).to.equal(undefined));

  it('belongs to no row if two rows have that name', () =>
    expect(sigOf(rows + row('Lisinopril 10 MG', 'At night'), drug('Lisinopril 10 MG', '1'))).to.equal(undefined));

  it('belongs to the row with its name if its reference leads to nothing', () =>
    expect(sigOf(rows, drug('Lisinopril 10 MG', '1', '<text><reference value="#nowhere"/></text>'))).to.equal(
      'Once a day',
    ));

  it('belongs to no row if its reference leads to something else', () => {
    const note = '<tr><td ID="note">See the chart</td><td/></tr>';
    expect(sigOf(rows + note, drug('Lisinopril 10 MG', '1', '<text><reference value="#note"/></text>'))).to.equal(
      undefined,
    );
  });
});
