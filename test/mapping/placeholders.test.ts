import { expect } from 'chai';
import { loadMappings } from '../../src/mapping/load.js';
import { convertWith, mappingFolder, observationSet } from './mapping-folder.js';

const observation =
  '<observation classCode="OBS" moodCode="EVN"><id root="1.2.3" extension="x-1"/><code code="8867-4"/></observation>';
const resource = { resourceType: 'Observation', status: 'final', code: '= code', subject: { $ref: 'patient' } };

function mistakesOf(placeholders: unknown): string {
  try {
    loadMappings(mappingFolder({ 'placeholder-identifiers.json': { placeholders } }));
  } catch (error) {
    return String(error);
  }
  return '';
}

describe('placeholder-identifiers.json', () => {
  it('lists the values that identify nobody', () => {
    const set = (value: string) =>
      observationSet(resource, { 'placeholder-identifiers.json': { placeholders: [{ why: 'a test', value }] } });
    expect(convertWith(set('x-\\d'), observation).issues.map(({ code }) => code)).to.include('placeholder-identifier');
    expect(convertWith(set('x'), observation).issues.map(({ code }) => code)).to.not.include('placeholder-identifier');
  });

  it('is checked when it is loaded, and a mistake has its place', () => {
    expect(mistakesOf([{ why: 'x', value: '(' }]))
      .to.include('this is no regular expression')
      .and.include('placeholder-identifiers.json:');
    expect(mistakesOf([{ why: 'x', value: 'x', rootMatches: 1 }])).to.include(
      'a regular expression for the whole root',
    );
    expect(mistakesOf([{ value: 'x' }])).to.include('a placeholder needs "why"');
    expect(mistakesOf([{ why: 'x' }])).to.include('a placeholder needs "value"');
    expect(mistakesOf([{ why: 'x', value: 'x', of: 'dogs' }])).to.include('"of" is one of anything, people, patient');
    expect(mistakesOf([{ why: 'x', value: 'x', values: 'y' }])).to.include('a placeholder has');
    expect(mistakesOf({})).to.include('"placeholders" is a list');
  });
});
