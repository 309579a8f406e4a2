/**
 * What a code system or a namespace of identifiers is called: OIDs and names, as CDA has them, to the URIs of FHIR.
 *
 * systems.json is generated (scripts/generate-systems.ts) from HL7's terminology; system-corrections.json is kept by
 * hand: OIDs that are retired or wrong but in use, each with its reason, and the names that senders give.
 */
import { readFileSync } from 'node:fs';

interface Systems {
  readonly systems: readonly (readonly [oid: string, uri: string, name?: string])[];
  readonly identifiers: readonly (readonly [oid: string, uri: string])[];
  /** Value sets all of whose codes are of one system: senders give their OIDs for that of the system. */
  readonly valueSets: readonly (readonly [uri: string, oids: readonly string[]])[];
}

interface Corrections {
  readonly oids: readonly { readonly oid: string; readonly uri: string; readonly why: string }[];
  readonly names: readonly {
    readonly uri: string;
    /** Names that stand for the system also where there is no OID. */
    readonly names: readonly string[];
    /** Names that only go with the OID: too vague, or that of a part. */
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
/** Made when a name of a system is first asked for: a document has a handful of systems, the table two thousand. */
const namesByUri = new Map<string, ReadonlySet<string>>();

/** A document says `LOINC` a thousand times; a hostile one says something else each time, so this is bounded. */
const looseNames = new Map<string, string>();
const MOST_KEPT = 2000;
const LONGEST_KEPT = 200;

/** FHIR R4 2.24.0.1, oid. */
export function isOid(text: string): boolean {
  return /^[0-2](\.(0|[1-9][0-9]*))+$/.test(text);
}

/** A UUID in either case, as an II may have for its root (CDA R2, UID); FHIR writes it in lower case. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/**
 * The URI of a code system: for its OID, also as `urn:oid:`, for that of a value set of one system, for a name in the
 * place of an OID (`CPT`), or itself where it is a URL already. Undefined for any other: FHIR then takes the OID as URN.
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
 * The URI of a code system that is given by name alone; case, blanks and hyphens don't count. Undefined for names that
 * could be those of several systems.
 *
 *   systemOfName('snomed-ct') // 'http://snomed.info/sct'
 */
export function systemOfName(name: string): string | undefined {
  return uriByName.get(plain(name));
}

/** Whether a name is one of the code system with this OID (or URL): the same tolerance, and vaguer names count as well. */
export function isNameOf(name: string, codeSystem: string): boolean {
  const uri = systemOf(codeSystem);
  const given = loose(name);
  if (uri === undefined || given === '') return false;
  return systemNames(uri).has(given) || given === loose(withoutScheme(codeSystem.trim()));
}

/** The names of a code system in the form in which `isNameOf` compares them: lower case letters and digits only. */
export function systemNames(uri: string): ReadonlySet<string> {
  const known = namesByUri.get(uri);
  if (known !== undefined) return known;
  const names = collectNames(uri);
  // Asking for what does not exist must not fill the table.
  if (names.size > 0) namesByUri.set(uri, names);
  return names;
}

/**
 * The URI of a namespace of identifiers for its OID, or itself where it is a URL already. Undefined for any other, such
 * as each sender's own.
 *
 *   identifierSystemOf('2.16.840.1.113883.4.6') // 'http://hl7.org/fhir/sid/us-npi'
 */
export function identifierSystemOf(root: string): string | undefined {
  const text = root.trim();
  return isUrl(text) ? text : identifierUriByOid.get(withoutScheme(text));
}

/** Lower case letters and digits, without HL7 in front: `HL7 Marital status`, `MaritalStatus`. */
function plain(name: string): string {
  const letters = name
    .toLowerCase()
    // Some senders escape twice, so that the entity is still there after parsing.
    .replace(/&amp;/g, '')
    .replace(/[^a-z0-9]/g, '');
  return letters.replace(/^hl7(v3)?(?=[a-z])/, '');
}

/**
 * A name as names are compared: lower case letters and digits only. Where it has none of these (Japanese), as it stands.
 *
 *   plainName('Problem List') // 'problemlist'
 */
export function plainName(name: string): string {
  const text = name.trim().toLowerCase();
  return text.replace(/[^a-z0-9]/g, '') || text;
}

/** Without what senders add to a name besides: `MaritalStatusCode`, `Body Site Value Set`. */
function loose(name: string): string {
  const known = looseNames.get(name);
  if (known !== undefined) return known;
  const made = plain(name).replace(/(codesystem|valueset|codes?)$/, '');
  if (looseNames.size < MOST_KEPT && name.length <= LONGEST_KEPT) looseNames.set(name, made);
  return made;
}

function collectNames(uri: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [, system, name] of systems) {
    if (system !== uri) continue;
    // `.../CodeSystem/v3-ActCode` says ActCode.
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
