/**
 * Turns the OIDs and names of CDA into the URIs of FHIR, for code systems and for namespaces of identifiers.
 *
 * systems.json is generated (scripts/generate-systems.ts) from HL7's terminology. system-corrections.json is kept by
 * hand: OIDs that are retired or wrong but in use, each with its reason, and the names that senders use.
 */
import { readFileSync } from 'node:fs';
import { keptByText } from '../xml/kept-by-text.js';

interface Systems {
  readonly systems: readonly (readonly [oid: string, uri: string, name?: string])[];
  readonly identifiers: readonly (readonly [oid: string, uri: string])[];
  /**
   * Value sets whose codes are all of one system. Senders give the OID of such a value set where that of the system
   * belongs.
   */
  readonly valueSets: readonly (readonly [uri: string, oids: readonly string[]])[];
}

interface Corrections {
  readonly oids: readonly { readonly oid: string; readonly uri: string; readonly why: string }[];
  readonly names: readonly {
    readonly uri: string;
    /** Names that stand for the system even without an OID. */
    readonly names: readonly string[];
    /** Names that count only beside the OID of the system, because they are vague or name a part of it. */
    readonly also?: readonly string[];
  }[];
}

const { systems, identifiers, valueSets } = read('./systems.json') as Systems;
const corrections = read('./system-corrections.json') as Corrections;

const uriByOid: ReadonlyMap<string, string> = new Map([
  ...valueSets.flatMap(([uri, oids]) => oids.map((oid) => [oid, uri] as const)),
  ...systems.map(([oid, uri]) => [oid, uri] as const),
  ...corrections.oids.map(({ oid, uri }) => [oid, uri] as const),
]);
const identifierUriByOid: ReadonlyMap<string, string> = new Map(identifiers);

const uriByName: ReadonlyMap<string, string> = new Map(
  corrections.names.flatMap(({ uri, names }) => names.map((name) => [plain(name), uri] as const)),
);
/**
 * Filled when a name of a system is first asked for: a document uses a handful of systems, the table has two thousand.
 */
const namesByUri = new Map<string, ReadonlySet<string>>();

/** The URIs of all code systems that are known here. */
export function codeSystemUris(): ReadonlySet<string> {
  return new Set([...uriByOid.values(), ...uriByName.values()]);
}

/** FHIR R4 2.24.0.1, oid. */
export function isOid(text: string): boolean {
  return /^[0-2](\.(0|[1-9][0-9]*))+$/.test(text);
}

/**
 * Whether a text is a UUID, in upper or lower case: CDA allows both in `II/@root` (CDA R2, UID). FHIR writes it in
 * lower case.
 */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/**
 * The URI of a code system. It may be given by its OID (with or without `urn:oid:`), by the OID of a value set of that
 * one system, by a name in the place of the OID (`CPT`), or as a URL, which is returned as it is. Undefined for any
 * other: then FHIR takes the OID as a URN.
 *
 *   systemOf('2.16.840.1.113883.6.96') // 'http://snomed.info/sct'
 */
export function systemOf(codeSystem: string): string | undefined {
  const known = uriByOid.get(codeSystem);
  if (known !== undefined) return known;
  const text = codeSystem.trim();
  if (isUrl(text)) return text;
  const oid = withoutScheme(text);
  return uriByOid.get(oid) ?? (isOid(oid) ? undefined : systemOfName(oid));
}

/**
 * The URI of a code system that is given only by name. Case, blanks and hyphens don't count. Undefined for a name that
 * several systems could have.
 *
 *   systemOfName('snomed-ct') // 'http://snomed.info/sct'
 */
export function systemOfName(name: string): string | undefined {
  return uriByName.get(plain(name));
}

/**
 * Whether a name is one of the names of the code system with this OID or URL. Case, blanks and hyphens don't count, and
 * vague names count too.
 */
export function isNameOf(name: string, codeSystem: string): boolean {
  const uri = systemOf(codeSystem);
  const given = loose(name);
  if (uri === undefined || given === '') return false;
  return systemNames(uri).has(given) || given === loose(withoutScheme(codeSystem.trim()));
}

/** The names of a code system in the form in which `isNameOf` compares them: only lower case letters and digits. */
export function systemNames(uri: string): ReadonlySet<string> {
  const known = namesByUri.get(uri);
  if (known !== undefined) return known;
  const names = collectNames(uri);
  // Systems that don't exist are not kept, so that they can't fill the table.
  if (names.size > 0) namesByUri.set(uri, names);
  return names;
}

/**
 * The URI of a namespace of identifiers, from its OID or from a URL, which is returned as it is. Undefined for any
 * other, such as a sender's own namespace.
 *
 *   identifierSystemOf('2.16.840.1.113883.4.6') // 'http://hl7.org/fhir/sid/us-npi'
 */
export function identifierSystemOf(root: string): string | undefined {
  const text = root.trim();
  return isUrl(text) ? text : identifierUriByOid.get(withoutScheme(text));
}

/**
 * Only lower case letters and digits, without HL7 at the beginning: `HL7 Marital status` and `MaritalStatus` become the
 * same.
 */
function plain(name: string): string {
  const letters = name
    .toLowerCase()
    // Some senders escape twice. Then `&amp;` is still there after the document was parsed.
    .replace(/&amp;/g, '')
    .replace(/[^a-z0-9]/g, '');
  return letters.replace(/^hl7(v3)?(?=[a-z])/, '');
}

/**
 * A name in the form in which names are compared: only lower case letters and digits. A name that has none of these
 * (Japanese, for example) stays as it is.
 *
 *   plainName('Problem List') // 'problemlist'
 */
export function plainName(name: string): string {
  const text = name.trim().toLowerCase();
  return text.replace(/[^a-z0-9]/g, '') || text;
}

/**
 * Without the words that senders append to a name: `MaritalStatusCode`, `Body Site Value Set`. A document says `LOINC` a
 * thousand times, so answers are kept.
 */
const loose = keptByText((name) => plain(name).replace(/(codesystem|valueset|codes?)$/, ''), {
  most: 2000,
  longest: 200,
});

function collectNames(uri: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [, system, name] of systems) {
    if (system !== uri) continue;
    // The URI `.../CodeSystem/v3-ActCode` gives the name ActCode.
    names.add(loose(uri.slice(uri.lastIndexOf('/') + 1).replace(/^v3-/, '')));
    if (name !== undefined) names.add(loose(name));
  }
  for (const entry of corrections.names) {
    if (entry.uri === uri) for (const name of [...entry.names, ...(entry.also ?? [])]) names.add(loose(name));
  }
  return names;
}

function withoutScheme(text: string): string {
  return text.replace(/^urn:oid:/i, '');
}

function isUrl(text: string): boolean {
  return /^https?:\/\/\S+$/.test(text);
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));
}
