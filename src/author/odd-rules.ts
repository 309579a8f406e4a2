/** Parts of a mapping that load, and then do nothing, or something else than the author most probably meant. */
import { escapePointer, type MappingFile } from '../mapping/mapping-file.js';
import type { MappingFiles } from '../mapping/read-files.js';
import { findingAt, type LintFinding } from './finding.js';

type JsonObject = Readonly<Record<string, unknown>>;

/** An OID, or a UUID, which CDA allows in its place. */
const OID = /^\d+(\.\d+)+$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function oddRules({ mappings, fragments, conceptMaps }: MappingFiles): LintFinding[] {
  return [
    ...[...mappings, ...fragments].flatMap((file) => [
      ...inValue(file, file.value, ''),
      ...oddSections(file),
      ...reasonsMissing(file),
    ]),
    ...conceptMaps.flatMap(oddSystems),
  ];
}

function inValue(file: MappingFile, value: unknown, pointer: string): LintFinding[] {
  if (typeof value === 'string') return inText(file, value, pointer);
  if (typeof value !== 'object' || value === null) return [];
  const members = Object.entries(value);
  return [
    ...(Array.isArray(value) ? [] : inObject(file, value as JsonObject, pointer)),
    ...members.flatMap(([key, inner]) => inValue(file, inner, `${pointer}/${escapePointer(key)}`)),
  ];
}

function inObject(file: MappingFile, object: JsonObject, pointer: string): LintFinding[] {
  const keys = Object.keys(object);
  return keys.flatMap((key, index) => {
    const value = object[key];
    const at = `${pointer}/${escapePointer(key)}`;
    if (key === '$first' && Array.isArray(value)) return unreachable(file, value, at);
    if (typeof value === 'string' && /^\/(resource|value)\b/.test(at)) return inLiteral(file, key, value, at);
    const { $without, $beside } = (value ?? {}) as { readonly $without?: unknown; readonly $beside?: unknown };
    return [
      ...toLater(file, $without, keys, index, `${at}/$without`),
      ...toLater(file, $beside, keys, index, `${at}/$beside`),
    ];
  });
}

/** A text or a code without a condition always gives a value: no alternative behind it is asked. */
function unreachable(file: MappingFile, alternatives: readonly unknown[], pointer: string): LintFinding[] {
  const certain = alternatives.findIndex((one) => {
    if (typeof one === 'string') return !one.startsWith('=');
    if (typeof one !== 'object' || one === null) return one !== null;
    return (
      '$code' in one && Object.keys(one).every((key) => ['$code', '$system', '$display', '$comment'].includes(key))
    );
  });
  if (certain < 0 || certain === alternatives.length - 1) return [];
  const message = 'this alternative is never asked: the one before it always gives a value';
  return [findingAt('never-asked', file, `${pointer}/${certain + 1}`, message, 'value')];
}

/** `$without` and `$beside` ask only elements that stand before them in the object. */
function toLater(
  file: MappingFile,
  named: unknown,
  keys: readonly string[],
  index: number,
  pointer: string,
): LintFinding[] {
  const names = Array.isArray(named) ? (named as unknown[]) : [named];
  return names.flatMap((name) => {
    if (typeof name !== 'string' || keys.indexOf(name) <= index) return [];
    const message = `"${name}" stands after this element, and only elements before it are asked: put it before`;
    return [findingAt('never-asked', file, pointer, message, 'value')];
  });
}

function inLiteral(file: MappingFile, key: string, text: string, pointer: string): LintFinding[] {
  if (text.startsWith('=')) return [];
  if (key === 'reference' && !text.startsWith('#')) {
    const message = `no resource of the Bundle is "${text}"; { "$ref": "patient" }, "$made" and "$resource" make references`;
    return [findingAt('odd-literal', file, pointer, message, 'value')];
  }
  if (key !== 'system' && key !== 'url' && key !== '$system') return [];
  return aboutSystem(file, text, pointer);
}

/** The codes of ContactPoint.system. */
const CONTACT_SYSTEMS: ReadonlySet<string> = new Set('phone fax email pager url sms other'.split(' '));

/** A code system is a URI in FHIR: neither its name nor a bare OID. */
function aboutSystem(file: MappingFile, text: string, pointer: string): LintFinding[] {
  if (CONTACT_SYSTEMS.has(text)) return [];
  // The url of an extension inside an extension is a plain word.
  if (text.includes(':') || (pointer.endsWith('/url') && !OID.test(text))) return [];
  const meant = OID.test(text) ? `, for example "urn:oid:${text}"` : ', for example "http://loinc.org"';
  return [findingAt('odd-literal', file, pointer, `"${text}" is not a URI${meant}`, 'value')];
}

function oddSystems(file: MappingFile): LintFinding[] {
  const { group } = (file.value ?? {}) as { readonly group?: unknown };
  if (!Array.isArray(group)) return [];
  return (group as readonly JsonObject[]).flatMap((one, index) =>
    ['source', 'target'].flatMap((key) => {
      const text = one[key];
      return typeof text === 'string' ? aboutSystem(file, text, `/group/${index}/${key}`) : [];
    }),
  );
}

/** In CDA @codeSystem and @root are OIDs or UUIDs; the name of a system stands in @codeSystemName. */
function inText(file: MappingFile, text: string, pointer: string): LintFinding[] {
  const compared = [...text.matchAll(/@(codeSystem|root)\s*!?=\s*(?:'([^']*)'|\(([^)]*)\))/g)];
  return compared.flatMap(([, name, one, list]) => {
    const constants = one === undefined ? [...list!.matchAll(/'([^']*)'/g)].map(([, each]) => each!) : [one];
    return constants
      .filter((constant) => constant !== '' && !OID.test(constant) && !UUID.test(constant))
      .map((constant) =>
        findingAt('odd-literal', file, pointer, `@${name!} is an OID in CDA, and never "${constant}"`, 'value'),
      );
  });
}

function oddSections(file: MappingFile): LintFinding[] {
  const { match } = (file.value ?? {}) as { readonly match?: unknown };
  const found: LintFinding[] = [];
  const walk = (value: unknown, pointer: string, isSection: boolean): void => {
    if (typeof value === 'string' && isSection && !/^\d+-\d$/.test(value))
      found.push(
        findingAt(
          'odd-literal',
          file,
          pointer,
          `a section is named by its LOINC code, such as 30954-2; not "${value}"`,
          'value',
        ),
      );
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value))
      walk(inner, `${pointer}/${escapePointer(key)}`, key === 'section' || (isSection && Array.isArray(value)));
  };
  walk(match, '/match', false);
  return found;
}

/** What is left out needs a reason, which the ledger tells. */
function reasonsMissing(file: MappingFile): LintFinding[] {
  const { ignore } = (file.value ?? {}) as { readonly ignore?: unknown };
  if (typeof ignore !== 'object' || ignore === null) return [];
  return Object.entries(ignore)
    .filter(([, reason]) => typeof reason === 'string' && reason.trim() === '')
    .map(([selector]) =>
      findingAt(
        'odd-literal',
        file,
        `/ignore/${escapePointer(selector)}`,
        'say why it is left out: the ledger tells it',
      ),
    );
}
