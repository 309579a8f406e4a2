import { expect } from 'chai';
import { compileNeed, unmetNeeds } from '../../src/mapping/profiles.js';
import { convertWith, observationSet, resourcesIn } from './mapping-folder.js';

const US_CORE = 'http://hl7.org/fhir/us/core/StructureDefinition/';

describe('profiles', () => {
  const unmet = (resource: object, ...needs: string[]) => unmetNeeds(resource, { needs: needs.map(compileNeed) });

  it('need an element inside a list in every item of the list', () => {
    expect(unmet({ name: [{ family: 'Quill' }, { given: ['Ada'] }] }, 'name.family')).to.deep.equal(['name.family']);
    expect(unmet({ name: [{ family: 'Quill' }] }, 'name.family')).to.deep.equal([]);
    expect(unmet({ name: [] }, 'name.family')).to.deep.equal(['name.family']);
  });

  it('accept a reason for absence as the value', () => {
    expect(unmet({ name: [{ _family: { extension: [] } }] }, 'name.family')).to.deep.equal([]);
  });

  it('can need something of an element only if the element is there', () => {
    expect(unmet({}, 'telecom?.value')).to.deep.equal([]);
    expect(unmet({ telecom: [{ value: '1' }] }, 'telecom?.value')).to.deep.equal([]);
    expect(unmet({ telecom: [{ value: '1' }, { use: 'home' }] }, 'telecom?.value')).to.deep.equal(['telecom?.value']);
  });

  it('can need one of some values', () => {
    const needs = 'code.coding.code=a|code.coding.code=b';
    expect(unmet({ code: { coding: [{ code: 'x' }, { code: 'b' }] } }, needs)).to.deep.equal([]);
    expect(unmet({ code: { coding: [{ code: 'x' }] } }, needs)).to.deep.equal([needs]);
  });

  it('can need that every value matches, or that there is no value', () => {
    expect(unmet({ effectiveDateTime: '2024-01-02' }, 'effectiveDateTime~^.{10}')).to.deep.equal([]);
    expect(unmet({ effectiveDateTime: '2024-01' }, 'effectiveDateTime~^.{10}')).to.have.length(1);
    expect(unmet({}, 'effectiveDateTime~^.{10}')).to.have.length(1);
    expect(unmet({}, 'effectiveDateTime?~^.{10}')).to.deep.equal([]);
    expect(unmet({ _effectiveDateTime: { extension: [] } }, 'effectiveDateTime?~^.{10}')).to.have.length(1);
    const halves = { component: [{ valueQuantity: { code: 'mm[Hg]' } }, { dataAbsentReason: {} }] };
    expect(unmet(halves, 'component.valueQuantity?.code~^mm\\[Hg\\]$', '!component.valueString')).to.deep.equal([]);
    expect(unmet({ component: [{ valueString: 'x' }] }, '!component.valueString')).to.have.length(1);
  });

  it('can need a value of those components that have a code', () => {
    const need = 'component[3150-0]?.valueQuantity.code~^%$|component[3150-0].dataAbsentReason';
    const oxygen = (component: object) => ({
      component: [
        { code: { coding: [{ code: '3151-8' }] }, valueQuantity: { code: 'L/min' } },
        { code: { coding: [{ code: '3150-0' }] }, ...component },
      ],
    });
    expect(unmet({}, need)).to.deep.equal([]);
    expect(unmet(oxygen({ valueQuantity: { code: '%' } }), need)).to.deep.equal([]);
    expect(unmet(oxygen({ dataAbsentReason: { text: 'unknown' } }), need)).to.deep.equal([]);
    expect(unmet(oxygen({ valueQuantity: { code: 'L/min' } }), need)).to.deep.equal([need]);
    expect(unmet(oxygen({ valueQuantity: { unit: 'of air' } }), need)).to.deep.equal([need]);
    expect(unmet(oxygen({ valueString: '36' }), need)).to.deep.equal([need]);
  });

  it('are not claimed if the resource behind a reference lacks its profile', () => {
    const set = (patientNeeds: string[]) =>
      observationSet(
        { resourceType: 'Observation', status: 'final', code: '= code', subject: { $ref: 'patient' } },
        {
          'patient.json': {
            id: 'patient',
            on: ['patientRole'],
            match: { path: '/ClinicalDocument/recordTarget/patientRole' },
            identity: { scope: 'subject', by: ['id'] },
            profiles: [{ url: `${US_CORE}us-core-patient`, needs: patientNeeds }],
            resource: { resourceType: 'Patient', identifier: '= id' },
          },
        },
        { profiles: [{ url: `${US_CORE}us-core-observation-lab`, needs: [] }] },
      );
    const claimed = (patientNeeds: string[]) => {
      const { bundle, issues } = convertWith(
        set(patientNeeds),
        '<observation><code code="2345-7" codeSystem="2.16.840.1.113883.6.1"/></observation>',
      );
      return {
        profile: resourcesIn(bundle, 'Observation')[0]?.meta?.profile,
        issues: issues.map(({ code }) => code),
      };
    };
    expect(claimed(['identifier'])).to.deep.equal({ profile: [`${US_CORE}us-core-observation-lab`], issues: [] });
    expect(claimed(['gender'])).to.deep.equal({ profile: undefined, issues: ['profile-not-met', 'profile-not-met'] });
  });

  it('are not claimed if an address is in no state of the United States', () => {
    const claimed = (state: string) => {
      const set = observationSet(
        { resourceType: 'Observation', status: 'final', code: '= code', subject: { $ref: 'patient' } },
        {
          'patient.json': {
            id: 'patient',
            on: ['patientRole'],
            match: { path: '/ClinicalDocument/recordTarget/patientRole' },
            identity: { scope: 'subject', by: ['id'] },
            profiles: [{ url: `${US_CORE}us-core-patient`, needs: [] }],
            resource: { resourceType: 'Patient', address: '= addr' },
          },
        },
      );
      const header = `<recordTarget><patientRole><id root="1.2.9"/><addr><state>${state}</state></addr></patientRole></recordTarget>`;
      const { bundle } = convertWith(set, { xml: '<observation><code code="1"/></observation>', header });
      return resourcesIn(bundle, 'Patient')[0]?.meta?.profile;
    };
    expect(claimed('Ohio')).to.deep.equal([`${US_CORE}us-core-patient`]);
    expect(claimed('Kerala')).to.equal(undefined);
  });
});
