import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { packagedMappings } from '../../src/convert.js';

const schema = JSON.parse(readFileSync(join(packagedMappings, 'mapping.schema.json'), 'utf8')) as object;
const validate = new Ajv2020({ strict: false, allErrors: true }).compile(schema);
const resource = { resourceType: 'Observation', status: 'final', code: '= code' };
const mapping = { id: 'x', title: 'X', on: ['observation'], match: { template: '2.999.1' }, resource };

/** The places of all complaints. An `if` only says that its `then` was not met, and is told at the place around. */
const placesIn = (source: object): string[] => {
  validate(source);
  return (validate.errors ?? [])
    .filter(({ keyword }) => keyword !== 'if' && keyword !== 'propertyNames')
    .map(({ instancePath, params }) => {
      const { additionalProperty, missingProperty } = params as Record<string, string | undefined>;
      return `${instancePath}${additionalProperty === undefined ? '' : `/${additionalProperty}`}${missingProperty === undefined ? '' : ` lacks ${missingProperty}`}`;
    });
};
const placesOf = (elements: object): string[] => placesIn({ ...mapping, resource: { ...resource, ...elements } });

describe('the schema of mappings', () => {
  it('has nothing to say of a mapping without mistakes', () => {
    const code = { $first: [{ $when: 'value', coding: [{ code: 'x' }] }, '= code', { text: 'none' }] };
    const category = [{ coding: { $code: 'x', $system: 'urn:x' } }, { $first: [[{ text: 'a' }], { text: 'b' }] }];
    expect(placesOf({ code, category, 'value[x]': { $first: ['= value', { $from: 'text' }] } })).to.deep.equal([]);
    expect(placesIn({ ...mapping, match: [{ $comment: 'c', template: '2.999.1' }] })).to.deep.equal([]);
  });

  it('complains of a misspelt element at that element only, at whatever depth', () => {
    expect(placesOf({ statuss: 'final' })).to.deep.equal(['/resource/statuss']);
    expect(placesOf({ code: { codng: [] } })).to.deep.equal(['/resource/code/codng']);
    expect(placesOf({ category: [{ coding: [{ sytem: 'x' }] }] })).to.deep.equal([
      '/resource/category/0/coding/0/sytem',
    ]);
    expect(placesOf({ code: { $first: ['= code', { txt: 'x' }] } })).to.deep.equal(['/resource/code/$first/1/txt']);
  });

  it('complains of a misspelt directive at the object that has it, inside $first too', () => {
    expect(placesOf({ code: { $form: 'code' } })).to.deep.equal(['/resource/code']);
    expect(placesOf({ code: { $first: [{ $form: 'code' }] } })).to.deep.equal(['/resource/code/$first/0']);
    expect(placesOf({ status: { $first: [{ $form: 'code' }] } })).to.deep.equal(['/resource/status/$first/0']);
  });

  it('complains of a value of the wrong kind at that value only', () => {
    expect(placesOf({ code: 5 })).to.deep.equal(['/resource/code']);
    expect(placesOf({ code: ['= code'] })).to.deep.equal(['/resource/code']);
    expect(placesOf({ code: { $first: 'code' } })).to.deep.equal(['/resource/code/$first']);
    expect(placesOf({ status: { text: 'x' } })).to.deep.equal(['/resource/status/text']);
    expect(placesOf({ resourceType: 'Observaton' })).to.deep.equal(['/resource/resourceType']);
  });

  it('complains of the other members of a mapping at their place', () => {
    expect(placesIn({ ...mapping, matches: {} })).to.deep.equal(['/matches']);
    expect(placesIn({ ...mapping, match: { tempalte: 'x' } })).to.deep.equal(['/match/tempalte']);
    expect(placesIn({ ...mapping, on: 'observation' })).to.deep.equal(['/on']);
    expect(placesIn({ ...mapping, profiles: [{ url: 'x' }] })).to.deep.equal(['/profiles/0 lacks needs']);
  });
});
