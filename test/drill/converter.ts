/** A converter for documents of the drill: `<ClinicalDocument patient="p1" number="17"/>`. */
import type { Bundle } from 'fhir/r4.js';
import type { Conversion, Converter } from '../../src/conversion.js';
import { DocumentError } from '../../src/xml/document-error.js';
import { bundleOf } from '../delivery/bundles.js';

export function createConverter(): Converter {
  return {
    mappingHash: 'drill',
    convert(bytes): Conversion {
      const [, patient, number] = /patient="(\w+)" number="(\d+)"/.exec(Buffer.from(bytes).toString('utf8')) ?? [];
      if (patient === undefined || number === undefined)
        throw new DocumentError('not-supported', 'It is no document of the drill.', 1, 1);
      const facts = { latest: number, [`fact ${number}`]: number };
      const { bundle: json } = bundleOf({ patient, document: number, practitioner: `by ${number}`, facts });
      const bundle = JSON.parse(json.toString('utf8')) as Bundle;
      const composition = bundle.entry!.find(({ resource }) => resource!.resourceType === 'Composition')!;
      // The higher the number, the newer: one minute apart.
      Object.assign(composition.resource!, {
        type: {},
        date: new Date(Date.UTC(2024, 0, 1) + Number(number) * 60_000).toISOString(),
      });
      const totals = { facts: 1, mapped: 1, used: 0, narrative: 0, dropped: 0, unmapped: 0, questioned: 0 };
      return { bundle, ledger: { totals, rules: {}, same: [], items: [] }, trace: [], issues: [] };
    },
  };
}
