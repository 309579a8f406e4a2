import { expect } from 'chai';
import {
  codesOf,
  elementOf,
  elementsOf,
  isPrimitive,
  isResource,
  isType,
  resourceNames,
  systemsOf,
} from '../../src/fhir/elements.js';

describe('FHIR R4 elements', () => {
  it('finds an element with its type, cardinality and binding', () => {
    expect(elementOf('Condition', 'clinicalStatus')).to.deep.equal({
      name: 'clinicalStatus',
      types: ['CodeableConcept'],
      array: false,
      required: false,
      binding: { strength: 'required', valueSet: 'condition-clinical' },
    });
    expect(elementOf('Condition', 'category')?.array).to.equal(true);
    expect(elementOf('Condition', 'category')?.binding?.strength).to.equal('extensible');
    expect(elementOf('Observation', 'status')?.required).to.equal(true);
  });

  it('knows no binding if the value set is only an example', () => {
    expect(elementOf('Condition', 'code')).to.not.have.property('binding');
  });

  it('lists the resources that a Reference may refer to, and none if it may be any', () => {
    expect(elementOf('Condition', 'subject')?.targets).to.deep.equal(['Patient', 'Group']);
    expect(elementOf('Condition.evidence', 'detail')).to.not.have.property('targets');
  });

  it('resolves a choice by its name in a resource', () => {
    expect(elementOf('Condition', 'onsetDateTime')).to.include({ name: 'onsetDateTime', base: 'onset[x]' });
    expect(elementOf('Condition', 'onsetDateTime')?.types).to.deep.equal(['dateTime']);
    expect(elementOf('Observation', 'valueQuantity')?.types).to.deep.equal(['Quantity']);
    expect(elementOf('Extension', 'valueBase64Binary')?.types).to.deep.equal(['base64Binary']);
  });

  it('keeps a choice open under its own name', () => {
    expect(elementOf('Condition', 'onset[x]')?.types).to.deep.equal(['dateTime', 'Age', 'Period', 'Range', 'string']);
  });

  it('knows neither a choice of a type that the element does not allow, nor the name without a type', () => {
    expect(elementOf('Condition', 'onsetBoolean')).to.equal(undefined);
    expect(elementOf('Condition', 'onset')).to.equal(undefined);
  });

  it('gives the targets of a choice only to its Reference', () => {
    expect(elementOf('MedicationRequest', 'medicationReference')?.targets).to.deep.equal(['Medication']);
    expect(elementOf('MedicationRequest', 'medicationCodeableConcept')).to.not.have.property('targets');
  });

  it('has the inherited elements of resources, data types and backbone elements', () => {
    expect(elementOf('Condition', 'id')?.types).to.deep.equal(['id']);
    expect(elementOf('Condition', 'meta')?.types).to.deep.equal(['Meta']);
    expect(elementOf('Condition', 'contained')?.types).to.deep.equal(['Resource']);
    expect(elementOf('Condition', 'text')?.types).to.deep.equal(['Narrative']);
    expect(elementOf('Condition.stage', 'modifierExtension')?.array).to.equal(true);
    expect(elementOf('Quantity', 'extension')?.array).to.equal(true);
    expect(elementOf('Age', 'value')?.types).to.deep.equal(['decimal']);
    expect(elementOf('Bundle', 'contained')).to.equal(undefined);
  });

  it('names the type path of elements that are defined in place, also in data types', () => {
    expect(elementOf('Condition', 'stage')?.path).to.equal('Condition.stage');
    expect(elementOf('Condition.stage', 'summary')?.types).to.deep.equal(['CodeableConcept']);
    expect(elementOf('Timing', 'repeat')).to.deep.include({ types: ['Element'], path: 'Timing.repeat' });
    expect(elementOf('Dosage.doseAndRate', 'doseQuantity')?.base).to.equal('dose[x]');
  });

  it('resolves a reference to the content of another element', () => {
    expect(elementOf('Questionnaire.item', 'item')).to.deep.include({
      types: ['BackboneElement'],
      path: 'Questionnaire.item',
    });
    expect(elementOf('Observation.component', 'referenceRange')?.path).to.equal('Observation.referenceRange');
  });

  it('lists elements in FHIR order, those of the base first and each choice once', () => {
    const names = elementsOf('Condition').map((element) => element.name);
    expect(names.slice(0, 9)).to.deep.equal([
      'id',
      'meta',
      'implicitRules',
      'language',
      'text',
      'contained',
      'extension',
      'modifierExtension',
      'identifier',
    ]);
    expect(names.indexOf('onset[x]')).to.be.greaterThan(names.indexOf('encounter'));
    expect(names).to.not.include('onsetDateTime');
  });

  it('has no elements for a type that R4 lacks', () => {
    expect(elementsOf('Nonsense')).to.deep.equal([]);
    expect(elementOf('Nonsense', 'id')).to.equal(undefined);
    expect(elementOf('constructor', 'id')).to.equal(undefined);
    expect(isType('Nonsense')).to.equal(false);
    expect(isType('Timing.repeat')).to.equal(true);
  });

  it('distinguishes resources, primitives and other types', () => {
    expect(['Condition', 'Bundle'].every(isResource)).to.equal(true);
    expect(['Resource', 'DomainResource', 'Quantity', 'string', 'Condition.stage'].some(isResource)).to.equal(false);
    expect(['dateTime', 'code', 'xhtml', 'base64Binary', 'canonical'].every(isPrimitive)).to.equal(true);
    expect(['Quantity', 'Condition', 'Element'].some(isPrimitive)).to.equal(false);
  });

  it('names every resource', () => {
    expect(resourceNames()).to.have.length(146);
    expect(resourceNames()).to.include.members(['Account', 'Bundle', 'VisionPrescription']);
  });

  it('knows the codes of a value set with system and display, by short name, URL and versioned URL', () => {
    const code = { system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', display: 'Resolved' };
    for (const name of ['condition-clinical', 'http://hl7.org/fhir/ValueSet/condition-clinical|4.0.1']) {
      expect(codesOf(name)?.get('resolved')).to.deep.equal(code);
    }
    expect(codesOf('condition-clinical')?.has('unknown')).to.equal(false);
  });

  it('has the codes of nested concepts, of filtered ones, and of sets over several systems', () => {
    expect(codesOf('condition-ver-status')?.has('differential')).to.equal(true);
    expect(codesOf('event-timing')?.get('HS')?.system).to.equal('http://terminology.hl7.org/CodeSystem/v3-TimingEvent');
    expect(codesOf('event-timing')?.get('MORN')?.system).to.equal('http://hl7.org/fhir/event-timing');
  });

  it('leaves out the headings of a code system, which are not codes to be used', () => {
    const codes = [...(codesOf('observation-interpretation')?.keys() ?? [])];
    expect(codes).to.include('H');
    expect(codes.filter((code) => code.startsWith('_'))).to.deep.equal([]);
  });

  it('has codes for every required binding of a resource, except mime types, currencies, LOINC answers and UCUM', () => {
    const open = new Set<string>();
    const seen = new Set<string>();
    const look = (path: string): void => {
      if (seen.has(path)) return;
      seen.add(path);
      for (const { binding, path: child, types } of elementsOf(path)) {
        if (binding?.strength === 'required' && codesOf(binding.valueSet) === undefined) open.add(binding.valueSet);
        for (const next of child === undefined ? types : [child]) look(next);
      }
    };
    ['Condition', 'Observation', 'Bundle', 'Encounter', 'Questionnaire', 'Claim', 'MolecularSequence'].forEach(look);
    expect([...open].sort()).to.deep.equal(['currencies', 'http://loinc.org/vs/LL379-9', 'mimetypes']);
  });

  it('names the system of a value set whose codes are not listed', () => {
    expect(codesOf('mimetypes')).to.equal(undefined);
    expect(systemsOf('mimetypes')).to.deep.equal(['urn:ietf:bcp:13']);
    expect(systemsOf('nonsense')).to.deep.equal([]);
    expect(codesOf('nonsense')).to.equal(undefined);
  });
});
