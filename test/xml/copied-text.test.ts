import { expect } from 'chai';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { copiedText } from '../../src/xml/copied-text.js';
import { converter } from '../packaged-converter.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function megabytesInUse(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1e6;
}

describe('copiedText', () => {
  it('gives the same text, whatever characters it has', () => {
    for (const text of ['', 'PIPERACILLIN 3.375 g', 'Núñez', '東京', 'half \ud83d', '😀'])
      expect(copiedText(text)).to.equal(text);
  });
});

describe('what a conversion leaves behind', () => {
  /** A document of half a MB whose time, unit, code system and words no other one has. */
  const documentOf = (number: number): Buffer =>
    Buffer.from(`<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/><id root="1.2.3" extension="${number}"/>
  <code code="34133-9" codeSystem="2.16.840.1.113883.6.1"/>
  <effectiveTime value="20240101120000.0${number}-0500"/>
  <recordTarget><patientRole><id root="1.2.3.4" extension="7"/><patient><name><family>Marrow</family></name></patient></patientRole></recordTarget>
  <component><structuredBody><component><section>
    <code code="30954-2" codeSystem="2.16.840.1.113883.6.1"/><title>Results of the year ${number}</title>
    <text><paragraph>Ferritin as the laboratory said ${number}</paragraph></text>
    <entry><observation classCode="OBS" moodCode="EVN"><id root="1.2.3.5" extension="${number}"/>
      <code code="Z${number}" codeSystemName="Codes of laboratory number ${number}" displayName="Ferritin of kind ${number}"/>
      <statusCode code="completed"/><effectiveTime value="20240101110000.0${number}-0500"/>
      <value xsi:type="PQ" value="12" unit="ng/mL{laboratory${number}}"/></observation></entry>
  </section></component></structuredBody></component>
  <!-- ${'padding '.repeat(60_000)} -->
</ClinicalDocument>`);

  it('is not the text of the documents, of which only words are kept', () => {
    for (let number = 100; number < 105; number++) converter.convert(documentOf(number));
    const before = megabytesInUse();
    for (let number = 105; number < 180; number++) converter.convert(documentOf(number));
    expect(megabytesInUse() - before).to.be.lessThan(20);
  }).timeout(60_000);
});
