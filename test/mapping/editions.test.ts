import { expect } from 'chai';
import type { FhirResource, Patient } from 'fhir/r4.js';
import { OptionError } from '../../src/option-error.js';
import { documentOf } from '../mappings/document-of.js';
import { converter } from '../packaged-converter.js';

const CORE = 'http://hl7.org/fhir/us/core/StructureDefinition/';

const sex =
  '<observation classCode="OBS" moodCode="EVN"><id root="1.2.3" extension="s"/><code code="46098-0" codeSystem="2.16.840.1.113883.6.1"/>' +
  '<statusCode code="completed"/><value xsi:type="CD" code="248152002" codeSystem="2.16.840.1.113883.6.96" displayName="Female"/></observation>';
const preference =
  '<observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.509"/><id root="1.2.3" extension="p"/>' +
  '<code code="95541-9" codeSystem="2.16.840.1.113883.6.1"/><statusCode code="completed"/><value xsi:type="ST">A quiet room</value></observation>';
const family =
  '<organizer classCode="CLUSTER" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.45"/><id root="1.2.3" extension="f"/><statusCode code="completed"/>' +
  '<subject><relatedSubject classCode="PRS"><code code="FTH" codeSystem="2.16.840.1.113883.5.111"/></relatedSubject></subject><component><observation classCode="OBS" moodCode="EVN">' +
  '<templateId root="2.16.840.1.113883.10.20.22.4.46"/><id root="1.2.3" extension="o"/><code code="64572001" codeSystem="2.16.840.1.113883.6.96"/><statusCode code="completed"/>' +
  '<value xsi:type="CD" code="22298006" codeSystem="2.16.840.1.113883.6.96" displayName="Myocardial infarction"/></observation></component></organizer>';

function resources(section: string, xml: string, options = {}): FhirResource[] {
  const { bundle } = converter.convert(Buffer.from(documentOf({ section, xml })), options);
  return (bundle.entry ?? []).flatMap(({ resource }) => (resource as FhirResource | undefined) ?? []);
}

function of<Type extends FhirResource['resourceType']>(
  found: readonly FhirResource[],
  type: Type,
): Extract<FhirResource, { resourceType: Type }> {
  return found.find(({ resourceType }) => resourceType === type) as Extract<FhirResource, { resourceType: Type }>;
}

const sexOf = (patient: Patient): unknown => patient.extension?.map(({ url }) => url.replace(CORE, ''));

describe('The version of US Core that a Bundle follows', () => {
  it('is that of the set if the request names none', () => {
    const plain = resources('29762-2', sex);
    expect(JSON.stringify(resources('29762-2', sex, { usCore: '6.1.0' }))).to.equal(JSON.stringify(plain));
    expect(sexOf(of(plain, 'Patient'))).to.deep.equal(['us-core-sex']);
  });

  it('has the sex of USCDI 3.1 from version 8 on', () => {
    for (const usCore of ['8.0.1', '9.0.0'])
      expect(sexOf(of(resources('29762-2', sex, { usCore }), 'Patient'))).to.deep.equal(['us-core-individual-sex']);
  });

  it('decides which profiles can be claimed', () => {
    expect(of(resources('61146-7', preference), 'Observation').meta?.profile).to.equal(undefined);
    expect(of(resources('61146-7', preference, { usCore: '8.0.1' }), 'Observation').meta?.profile).to.deep.equal([
      `${CORE}us-core-care-experience-preference`,
    ]);
    expect(of(resources('10157-6', family, { usCore: '8.0.1' }), 'FamilyMemberHistory').meta?.profile).to.equal(
      undefined,
    );
    expect(of(resources('10157-6', family, { usCore: '9.0.0' }), 'FamilyMemberHistory').meta?.profile).to.deep.equal([
      `${CORE}us-core-familymemberhistory`,
    ]);
  });

  it('is written after its profiles on request', () => {
    const patient = of(resources('29762-2', sex, { usCore: '9.0.0', versionedProfiles: true }), 'Patient');
    expect(patient.meta?.profile).to.deep.equal([`${CORE}us-core-patient|9.0.0`]);
    const own = of(resources('29762-2', sex, { versionedProfiles: true }), 'Patient');
    expect(own.meta?.profile).to.deep.equal([`${CORE}us-core-patient|6.1.0`]);
  });

  it('must be one that the set knows', () => {
    expect(() => resources('29762-2', sex, { usCore: '7.7.7' })).to.throw(
      OptionError,
      'there is no US Core "7.7.7" in the mapping set; it has 6.1.0, 8.0.1, 9.0.0',
    );
    expect(() => resources('29762-2', sex, { usCore: 'constructor' })).to.throw(OptionError);
  });

  it('is traced like any other file', () => {
    const { trace } = converter.convert(Buffer.from(documentOf({ section: '29762-2', xml: sex })), {
      usCore: '8.0.1',
      trace: true,
    });
    expect(JSON.stringify(trace)).to.contain('valueCoding.code');
  });
});
