import { expect } from 'chai';
import { convertWith, mistakesOf, observationSet, resourcesIn } from './mapping-folder.js';

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

  it('are marked as unknown if the document does not give them', () => {
    expect(make({ resourceType: 'Observation', status: '= statusCode/@code', code: '= value' })).to.deep.include({
      status: 'unknown',
      code: UNKNOWN,
    });
  });

  it('are reported as a mistake of a mapping that never fills them, with the place', () => {
    expect(mistakesOf(observationSet({ resourceType: 'Observation', code: '= code' }))).to.deep.equal([
      'observation.json:9:3: nothing fills "status", which FHIR requires of every Observation; {"$absent": "unknown"} says that nobody knows it',
    ]);
    const component = { valueQuantity: '= value' };
    expect(
      mistakesOf(observationSet({ resourceType: 'Observation', status: 'final', code: '= code', component })).join(),
    ).to.match(/nothing fills "code", which FHIR requires of every Observation\.component/);
  });

  it('may be filled by a fragment, by one of several branches, or by the code for unknown', () => {
    const set = (resource: object) =>
      observationSet(
        { resourceType: 'Observation', code: '= code', ...resource },
        {
          'fragments/stated.json': { title: 'stated', value: { status: 'final' } },
        },
      );
    for (const resource of [
      { $use: 'stated' },
      { status: { $when: '@moodCode', $value: 'final' } },
      { status: { $absent: 'unknown' } },
    ])
      expect(mistakesOf(set(resource))).to.deep.equal([]);
  });

  it('may be filled under any name of a choice', () => {
    const made = make({
      resourceType: 'MedicationRequest',
      status: 'active',
      intent: 'plan',
      medicationCodeableConcept: '= code',
      subject: { $made: 'entryRelationship/observation' },
    });
    expect(made).to.have.property('medicationCodeableConcept').that.has.property('coding');
    expect(made).to.deep.include({ subject: UNKNOWN });
  });

  it('are filled down to the level that can have a reason for absence', () => {
    expect(
      make({ resourceType: 'DocumentReference', status: 'current', content: { attachment: { title: '= text' } } }),
    ).to.deep.include({
      content: [{ attachment: UNKNOWN }],
    });
  });
});
