/**
 * Writes src/cda/model.json, the CDA R2 + SDTC model that selectors are checked against, from the schema's model.
 *
 *   npx tsx scripts/generate-cda-model.ts ../shared/cda/model.json
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface SourceType {
  base?: string;
  mixed?: boolean;
  attributes: Record<string, { type: string; fixed?: string; default?: string }>;
  elements: Record<string, { type: string; min: number; max: number | '*' }>;
}

const source = JSON.parse(readFileSync(process.argv[2] ?? '../shared/cda/model.json', 'utf8')) as {
  root: Record<string, string>;
  types: Record<string, SourceType>;
};

/** Types of the extensions alone: senders write what stands in them in the namespace of the extensions, as the schema has it, or in CDA's. */
const extensionTypes = new Set([
  'ActReference',
  'AlternateIdentification',
  'AsPatientRelationship',
  'IdentifiedBy',
  'InFulfillmentOf1',
  'SdtcPatient',
]);

const types = Object.entries(source.types).map(([name, type]) => [
  name,
  {
    ...(type.base === undefined ? {} : { base: type.base }),
    ...(type.mixed ? { mixed: true } : {}),
    attributes: Object.fromEntries(Object.entries(type.attributes).map(([n, a]) => [n, a.type])),
    // `*` after the type: the element may be repeated.
    elements: Object.fromEntries(
      Object.entries(type.elements).flatMap(([n, e]) =>
        (extensionTypes.has(name) ? [n, `sdtc:${n}`] : [n]).map((known) => [known, e.type + (e.max === 1 ? '' : '*')]),
      ),
    ),
  },
]);

// One type a line: a diff of this file is then readable.
const lines = types.map(([name, type]) => `${JSON.stringify(name)}:${JSON.stringify(type)}`);
writeFileSync(
  new URL('../src/cda/model.json', import.meta.url),
  `{"root":${JSON.stringify(source.root)},"types":{\n${lines.join(',\n')}\n}}\n`,
);
