import { expect } from 'chai';
import type { FhirResource } from 'fhir/r4.js';
import { assembleBundle } from '../../src/bundle/bundle.js';

describe('the profiles of a document Bundle', () => {
  const profiles = { 'http://example.org/composition': 'http://example.org/bundle' };
  const header = { identifier: undefined, timestamp: undefined, profiles };
  const composition = (...profile: string[]): FhirResource[] => [
    { resourceType: 'Patient', id: 'p', meta: { profile: ['http://example.org/composition'] } },
    { resourceType: 'Composition', id: 'c', meta: { profile } } as unknown as FhirResource,
  ];

  it('follow the profiles that its Composition claims', () => {
    const claimed = composition('http://example.org/other', 'http://example.org/composition');
    expect(assembleBundle(claimed, 'document', header).meta).to.deep.equal({ profile: ['http://example.org/bundle'] });
  });

  it('are absent if the Composition claims no such profile, or the Bundle is not a document', () => {
    expect(assembleBundle(composition('http://example.org/other'), 'document', header)).to.not.have.property('meta');
    const claimed = composition('http://example.org/composition');
    expect(assembleBundle(claimed, 'transaction', header)).to.not.have.property('meta');
  });
});
