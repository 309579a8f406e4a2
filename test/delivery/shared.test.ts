import { expect } from 'chai';
import { setTimeout as delay } from 'node:timers/promises';
import { createFhirReceiver } from '../../src/delivery/fhir.js';
import type { Parcel } from '../../src/delivery/receiver.js';
import type { LedgerRow } from '../../src/store/operations/ledger.js';
import type { StoredDocument } from '../../src/store/records.js';
import { bundleOf, idOf } from './bundles.js';

describe('a resource of documents of several patients', () => {
  it('ends as the newest document has it, even if an older version is still on its way', async () => {
    const ledger = new Map<string, LedgerRow>();
    const sent: string[] = [];
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    const http = {
      send: async ({ body }: { body?: string | Uint8Array }) => {
        if (String(body).includes('Dr. Y')) await held;
        sent.push(String(body));
        return { status: 200, headers: {}, body: '' };
      },
      close: () => undefined,
    };
    const receiver = createFhirReceiver(
      {
        name: 'r',
        url: 'http://receiver.example',
        upsert: 'id',
        maxEntries: 500,
        maxMegabytes: 10,
        removed: 'delete',
        lanes: 4,
        deliverWithinHours: 1,
      },
      http,
      undefined,
    );
    const write = (change: { put: readonly LedgerRow[] }): Promise<void> => {
      for (const row of change.put) ledger.set(`${row.type}/${row.id}`, row);
      return Promise.resolve();
    };
    const deliver = async (patient: string, practitioner: string, orderKey: string): Promise<void> => {
      const { bundle } = bundleOf({ patient, document: patient, practitioner, facts: { a: 'b' } });
      const parcel: Parcel = {
        document: { id: patient, orderKey } as StoredDocument,
        bundle,
        attempt: 0,
        failures: 0,
        deliveryLedgerOf: (resources) =>
          Promise.resolve(
            Object.entries(resources)
              .flatMap(([type, ids]) => ids.map((id) => ledger.get(`${type}/${id}`)))
              .filter((row) => row !== undefined),
          ),
        note: write,
        leftOver: () => Promise.resolve([]),
        tell: () => Promise.resolve(),
      };
      const { change } = await receiver.deliver(parcel);
      await write(change);
    };
    await deliver('p1', 'Dr. X', '1');
    const older = deliver('p2', 'Dr. Y', '2');
    await delay(20);
    // It says what the first one said, and is newer than the one on its way.
    const newest = deliver('p3', 'Dr. X', '3');
    await delay(20);
    go();
    await Promise.all([older, newest]);
    expect(ledger.get(`Practitioner/${idOf('dr')}`)!.orderKey).to.equal('3');
    expect(sent.findLast((body) => body.includes('"Practitioner"'))).to.contain('Dr. X');
  });
});
