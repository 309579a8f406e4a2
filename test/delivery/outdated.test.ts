import { expect } from 'chai';
import type { Parcel } from '../../src/delivery/receiver.js';
import { outdatedOf } from '../../src/delivery/outdated.js';
import type { LedgerRow } from '../../src/store/operations/ledger.js';
import type { StoredDocument } from '../../src/store/records.js';

const entryAt = (resource: object): object => {
  const { resourceType, id } = resource as { resourceType: string; id: string };
  return { fullUrl: `http://sender.example/${resourceType}/${id}`, resource };
};

/** The replaced document of a patient: its DocumentReference leads to the first of many Observations, each to the next. */
function replaced(length: number): Uint8Array {
  const resources: object[] = [
    { resourceType: 'Composition', id: 'c', subject: { reference: 'Patient/p' } },
    { resourceType: 'Patient', id: 'p' },
    {
      resourceType: 'DocumentReference',
      id: 'd',
      status: 'current',
      context: { related: [{ reference: 'Observation/0' }] },
    },
  ];
  for (let number = 0; number < length; number++)
    resources.push({
      resourceType: 'Observation',
      id: String(number),
      subject: { reference: 'Patient/p' },
      hasMember: [{ reference: `Observation/${number + 1}` }],
    });
  resources.push({ resourceType: 'Condition', id: 'gone', subject: { reference: 'Patient/p' } });
  const bundle = { resourceType: 'Bundle', type: 'collection', entry: resources.map(entryAt) };
  return Buffer.from(JSON.stringify(bundle));
}

describe('what a receiver should no longer have', () => {
  it('keeps the resources behind the reference to a replaced document, however long the chain is', async () => {
    const bundle = replaced(20_000);
    const { entry } = JSON.parse(Buffer.from(bundle).toString()) as { entry: { resource: LedgerRow }[] };
    const rows = entry.map(
      ({ resource }) =>
        ({
          ...resource,
          type: (resource as { resourceType?: string }).resourceType,
          hash: new Uint8Array(16),
        }) as LedgerRow,
    );
    const parcel = {
      document: { id: 'newer', orderKey: '2' } as StoredDocument,
      leftOver: () => Promise.resolve([{ document: 'older', resources: {}, bundle: () => Promise.resolve(bundle) }]),
      deliveryLedgerOf: () => Promise.resolve(rows),
    } as unknown as Parcel;
    const { gone, superseded } = await outdatedOf(parcel);
    expect(gone).to.deep.equal([
      { type: 'Composition', id: 'c' },
      { type: 'Condition', id: 'gone' },
    ]);
    expect(superseded.map(({ id }) => id)).to.deep.equal(['d']);
  });
});
