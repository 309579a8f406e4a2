import { expect } from 'chai';
import { convertWith, observationSet, resourcesIn } from './mapping-folder.js';

const UNKNOWN = {
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
};

describe('elements that FHIR requires', () => {
  const make = (resource: { readonly resourceType: string; readonly [name: string]: unknown }) =>
    resourcesIn(
      convertWith(
        observationSet(resource),
        '<observation classCode="OBS" moodCode="EVN"><code code="1"/></observation>',
      ).bundle,
      resource.resourceType,
    )[0];

  it('are said to be unknown where neither mapping nor document gives them', () => {
    expect(make({ resourceType: 'Observation', code: '= value' })).to.deep.include({
      status: 'unknown',
      code: UNKNOWN,
    });
  });

  it('are looked for under every name of a choice', () => {
    const made = make({
      resourceType: 'MedicationRequest',
      status: 'active',
      intent: 'plan',
      medicationCodeableConcept: '= code',
    });
    expect(made).to.have.property('medicationCodeableConcept').that.has.property('coding');
    expect(made).to.deep.include({ subject: UNKNOWN });
  });

  it('are made down to where something can be absent', () => {
    expect(make({ resourceType: 'DocumentReference', status: 'current' })).to.deep.include({
      content: [{ attachment: UNKNOWN }],
    });
  });
});
