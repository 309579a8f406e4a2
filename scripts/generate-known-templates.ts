/**
 * Writes src/author/known-templates.json: the OIDs of the templates that the standards of CDA have, with their names, so that
 * lint can report an OID with an arc too many or too few. They are read from HL7's Schematron of C-CDA R2.1, from the table of
 * templates, and from HL7's examples of later releases and of case reports; the ranges of older guides stand below.
 *
 *   npx tsx scripts/generate-known-templates.ts [../shared]
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const shared = process.argv[2] ?? '../shared';

/** Where the standards number their templates: HL7, IHE's patient care, HITSP. */
const ROOTS = ['2.16.840.1.113883.10.20.', '1.3.6.1.4.1.19376.1.5.3.1.', '2.16.840.1.113883.3.88.11.'];

/** Guides that number their templates one after the other, and of which no file is at hand. */
const RANGES: readonly (readonly [root: string, first: number, last: number, guide: string])[] = [
  ['2.16.840.1.113883.10.20.1', 1, 57, 'CCD 1.0'],
  ['2.16.840.1.113883.3.88.11.83', 1, 21, 'HITSP C83'],
  ['2.16.840.1.113883.3.88.11.83', 101, 147, 'HITSP C83'],
  ['1.3.6.1.4.1.19376.1.5.3.1.3', 1, 38, 'IHE Patient Care Coordination'],
  ['1.3.6.1.4.1.19376.1.5.3.1.4', 1, 22, 'IHE Patient Care Coordination'],
  ['2.16.840.1.113883.10.20.24.1', 1, 3, 'QRDA Category I'],
  ['2.16.840.1.113883.10.20.24.2', 1, 3, 'QRDA Category I'],
  ['2.16.840.1.113883.10.20.24.3', 1, 172, 'QRDA Category I'],
  ['2.16.840.1.113883.10.20.22.4', 301, 319, 'C-CDA, unique device identifiers'],
];

/** Templates of older guides that senders still write, and of which no file is at hand. */
const OTHERS: Readonly<Record<string, string>> = {
  '2.16.840.1.113883.10.20.1': 'CCD 1.0',
  '2.16.840.1.113883.10.20.3': 'General Header Constraints (before C-CDA)',
  '2.16.840.1.113883.10.20.7': 'Operative Note (before C-CDA)',
  '2.16.840.1.113883.10.20.17.2.1': 'Reporting Parameters Section (QRDA)',
  '2.16.840.1.113883.10.20.17.2.4': 'Patient Data Section (QRDA)',
  '2.16.840.1.113883.10.20.17.3.8': 'Reporting Parameters Act (QRDA)',
  '2.16.840.1.113883.10.20.18.1': 'Procedure Note (before C-CDA)',
  '2.16.840.1.113883.10.20.22.5.7': 'Provenance - Assembler Participation',
  '2.16.840.1.113883.10.20.22.4.516': 'Age Range Observation (C-CDA 4.0)',
  '2.16.840.1.113883.10.20.22.4.518': 'Care Plan Act (C-CDA 5.0)',
};

const names = new Map<string, string>();
function add(oid: string, name = ''): void {
  if (ROOTS.some((root) => oid.startsWith(root)) && (names.get(oid) ?? '') === '') names.set(oid, name.trim());
}

const read = (path: string): string => readFileSync(join(shared, path), 'utf8');
for (const line of read('ig/templates-by-root.tsv').split('\n').slice(2)) {
  const [, root, , name] = line.split('\t');
  // A row without a name is what some sender has written.
  if (root !== undefined && name !== undefined && name !== '') add(root, name);
}
for (const [, oid] of read('cda/ccda-r2.1.sch').matchAll(/id="r-urn-(?:hl7ii|oid)-([\d.]+\d)/g)) add(oid!);
for (const folder of ['ccda5', 'ecr'])
  for (const file of readdirSync(join(shared, folder), { recursive: true, encoding: 'utf8' }))
    if (file.endsWith('.xml'))
      for (const [, oid] of read(join(folder, file)).matchAll(/<templateId[^>]*?root="([\d.]+)"/g)) add(oid!);
for (const [oid, name] of Object.entries(OTHERS)) add(oid, name);
for (const [root, first, last, guide] of RANGES)
  for (let number = first; number <= last; number++) add(`${root}.${number}`, guide);

const templates = Object.fromEntries([...names].sort(([one], [other]) => (one < other ? -1 : 1)));
const file = new URL('../src/author/known-templates.json', import.meta.url);
writeFileSync(file, `${JSON.stringify({ roots: ROOTS, templates }, undefined, 2)}\n`);
