/**
 * Writes src/cda/attribute-codes.json: the codes that attributes of CDA can have (moodCode, nullFlavor, typeCode), each with all
 * codes that any element allows it, from the vocabulary of the schema; and those of the one element whose codes are fixed, statusCode.
 * A constant that is not among them is a mistake of a selector, and a ConceptMap of other codes is one of another element.
 *
 *   npx tsx scripts/generate-cda-codes.ts ../shared/cda/schema/…/voc.xsd
 */
import { readFileSync, writeFileSync } from 'node:fs';

const vocabulary = readFileSync(process.argv[2] ?? '', 'utf8');
const { types } = JSON.parse(readFileSync(new URL('../src/cda/model.json', import.meta.url), 'utf8')) as {
  types: Readonly<Record<string, { attributes?: Readonly<Record<string, string>> }>>;
};

const declarations = new Map(
  [...vocabulary.matchAll(/<xs:simpleType name="([^"]+)">(.*?)<\/xs:simpleType>/gs)].map(([, name, body]) => [
    name!,
    body!,
  ]),
);

/** The codes of a type of the vocabulary, with those of the types that it is made of. */
function codesOf(type: string, seen = new Set<string>()): string[] {
  const name = type.replace(/^set_/, '');
  const body = declarations.get(name);
  if (body === undefined || seen.has(name)) return [];
  seen.add(name);
  const own = [...body.matchAll(/<xs:enumeration value="([^"]+)"/g)].map(([, code]) => code!);
  const members = [...body.matchAll(/memberTypes="([^"]+)"/g)].flatMap(([, names]) => names!.trim().split(/\s+/));
  const bases = [...body.matchAll(/<xs:restriction base="([^"]+)"/g)].map(([, base]) => base!);
  return [...own, ...[...members, ...(own.length > 0 ? [] : bases)].flatMap((member) => codesOf(member, seen))];
}

const codes = new Map<string, Set<string>>();
const open = new Set<string>();
for (const { attributes = {} } of Object.values(types)) {
  for (const [attribute, type] of Object.entries(attributes)) {
    const known = type === 'bl' || type === 'boolean' ? ['true', 'false'] : codesOf(type);
    if (known.length === 0) open.add(attribute);
    codes.set(attribute, new Set([...(codes.get(attribute) ?? []), ...known]));
  }
}
// HL7 v3 ActStatus: the vocabulary of the schema doesn't have it.
const statuses = 'aborted active cancelled completed held new normal nullified obsolete suspended'.split(' ');
const closed = [...codes, ['statusCode', new Set(statuses)] as const]
  .filter(([attribute]) => !open.has(attribute))
  .sort(([one], [other]) => (one < other ? -1 : 1));
const lines = closed.map(([attribute, each]) => `${JSON.stringify(attribute)}:${JSON.stringify([...each].sort())}`);
writeFileSync(new URL('../src/cda/attribute-codes.json', import.meta.url), `{\n${lines.join(',\n')}\n}\n`);
