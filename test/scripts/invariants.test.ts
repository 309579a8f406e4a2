import { expect } from 'chai';
import type { Bundle, BundleEntry } from 'fhir/r4.js';
import { violations } from '../../scripts/invariants.js';
import type { Conversion } from '../../src/conversion.js';

const totals = { facts: 3, mapped: 2, used: 1, narrative: 0, dropped: 0, unmapped: 0, questioned: 0 };

function entry(resourceType: string, id: string, rest: object = {}): BundleEntry {
  return {
    fullUrl: `urn:uuid:${id}`,
    resource: { resourceType, id, ...rest },
    request: { method: 'PUT', url: `${resourceType}/${id}` },
  };
}

function check(type: Bundle['type'], entries: BundleEntry[], ledger: Partial<typeof totals> = {}): string[] {
  const bundle: Bundle = { resourceType: 'Bundle', type, entry: entries };
  const conversion: Conversion = {
    bundle,
    ledger: { totals: { ...totals, ...ledger }, rules: {}, same: [], items: [] },
    trace: [],
    issues: [],
  };
  return violations(conversion);
}

const to = (id: string): object => ({ subject: { reference: `urn:uuid:${id}` } });

describe('the invariants of a conversion', () => {
  it('find nothing in a correct Bundle', () => {
    const provenance = entry('Provenance', '3', { target: [{ reference: 'urn:uuid:2' }] });
    const entries = [entry('Composition', '1', to('2')), entry('Patient', '2'), provenance];
    expect(check('document', entries)).to.deep.equal([]);
    expect(check('transaction', entries)).to.deep.equal([]);
  });

  it('find a reference to nothing, also one to a contained resource that is not there', () => {
    expect(check('collection', [entry('Condition', '1', to('9'))])[0]).to.include('not in the Bundle');
    const contained = { contained: [{ resourceType: 'Medication', id: 'm' }], medication: { reference: '#n' } };
    expect(check('collection', [entry('MedicationRequest', '1', contained)])[0]).to.include('#n');
  });

  it('find a repeated fullUrl and a repeated id', () => {
    expect(check('collection', [entry('Patient', '1'), entry('Patient', '1')])).to.deep.equal([
      'fullUrl twice: urn:uuid:1',
      'id twice: Patient/1',
    ]);
  });

  it('find a document Bundle that does not start with its Composition, or has a resource that the Composition does not reach', () => {
    expect(check('document', [entry('Patient', '2')])).to.deep.equal(['a document starts with Patient']);
    expect(check('document', [entry('Composition', '1'), entry('Patient', '2')])).to.deep.equal([
      'the Composition does not lead to a Patient',
    ]);
  });

  it('find a transaction that does not put by id', () => {
    const wrong = { ...entry('Patient', '1'), request: { method: 'POST' as const, url: 'Patient' } };
    expect(check('transaction', [wrong])).to.deep.equal(['Patient has no PUT by its id']);
  });

  it('find a ledger that does not add up, or that does not list what it counts', () => {
    expect(check('collection', [], { facts: 4 })).to.deep.equal(['the ledger does not add up']);
    expect(check('collection', [], { facts: 4, unmapped: 1 })).to.deep.equal(['the ledger lists not what it counts']);
  });
});
