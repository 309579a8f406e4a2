/**
 * Writes src/terminology/systems.json, the URIs of OIDs, from a list of what HL7's terminology and FHIR packages say.
 *
 *   npx tsx scripts/generate-systems.ts ../shared/terminology/oid-uri.json
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface Source {
  oid: string;
  uri: string;
  name: string | null;
  kind: 'codesystem' | 'identifier' | 'valueset';
  /** For a value set: the only system that its codes come from. */
  codeSystem?: string;
}

/** FHIR's own systems have up to three OIDs; R4 prints those under .4, and CDA documents know no others. */
const EARLIER_FHIR_OIDS = /^2\.16\.840\.1\.113883\.4\.642\.[12]\./;
/** The value sets of FHIR and of v2: no CDA document has one of these for a code system. */
const OTHER_VALUE_SETS = /^2\.16\.840\.1\.113883\.(4\.642|21)\./;
/** What a CDA document calls the systems of FHIR and of v2's later versions: nothing that a name check could use. */
const WITHOUT_NAMES = /^2\.16\.840\.1\.113883\.(4\.642|18)\./;

const source = (
  JSON.parse(readFileSync(process.argv[2] ?? '../shared/terminology/oid-uri.json', 'utf8')) as Source[]
).filter(({ oid }) => !EARLIER_FHIR_OIDS.test(oid));

const systems = source
  .filter(({ kind }) => kind === 'codesystem')
  .map(({ oid, uri, name }) =>
    name === null || WITHOUT_NAMES.test(oid) || says(uri, name) ? [oid, uri] : [oid, uri, named(name)],
  );

const identifiers = source
  // Some numbers that name things are listed among the code systems (CMS certification numbers).
  .filter(({ kind, uri }) => kind === 'identifier' || uri.startsWith('http://terminology.hl7.org/NamingSystem/'))
  .filter(({ oid, uri }) => uri !== `urn:oid:${oid}`)
  .map(({ oid, uri }) => [oid, uri]);

const setsBySystem = new Map<string, string[]>();
for (const { oid, kind, codeSystem } of source) {
  if (kind !== 'valueset' || codeSystem === undefined || OTHER_VALUE_SETS.test(oid)) continue;
  setsBySystem.set(codeSystem, [...(setsBySystem.get(codeSystem) ?? []), oid]);
}

/** Whether the URI ends with this name anyway: `.../CodeSystem/v3-ActCode` ends with ActCode. */
function says(uri: string, name: string): boolean {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  return plain(uri.slice(uri.lastIndexOf('/') + 1).replace(/^v3-/, '')) === plain(name);
}

function named(name: string): string {
  return name.replace(/^v2 table /, '').replace(/\u00a0/g, ' ');
}

const lines = (rows: unknown[]): string => rows.map((row) => JSON.stringify(row)).join(',\n');
writeFileSync(
  new URL('../src/terminology/systems.json', import.meta.url),
  `{"systems":[\n${lines(systems)}\n],"identifiers":[\n${lines(identifiers)}\n],"valueSets":[\n${lines([...setsBySystem])}\n]}\n`,
);
