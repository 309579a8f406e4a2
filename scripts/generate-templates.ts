/**
 * Writes mappings/templates.json: what the templates of C-CDA R2.1 fix, and what the codes in it are called, from HL7's
 * Schematron. What that does not say (CCD 1.0, IHE, later releases) is kept by hand in mappings/templates-by-hand.json.
 *
 *   npx tsx scripts/generate-templates.ts ../shared/cda/ccda-r2.1.sch
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { XMLParser } from 'fast-xml-parser';
import { format, resolveConfig } from 'prettier';

interface Assertion {
  readonly '@test': string;
  readonly '#text'?: string;
}
interface Rule {
  readonly '@id': string;
  readonly assert?: readonly Assertion[];
}
interface Schematron {
  readonly schema: { readonly pattern: readonly { readonly rule?: readonly Rule[] }[] };
}

/** What a fact of a template is called in templates.json, by the path of it. */
const FACTS: Readonly<Record<string, string>> = { 'code/@code': 'code', 'statusCode/@code': 'statusCode' };

const source = process.argv[2] ?? '../shared/cda/ccda-r2.1.sch';
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  isArray: (name) => ['pattern', 'rule', 'assert'].includes(name),
});
const { schema } = parser.parse(readFileSync(source, 'utf8')) as Schematron;

const fixed = new Map<string, Map<string, Set<string>>>();
const names = new Map<string, Set<string>>();

for (const rule of schema.pattern.flatMap((pattern) => pattern.rule ?? [])) {
  // `r-urn-hl7ii-2.16.840.1.113883.10.20.22.4.4-2015-08-01-errors`: a statement, not a document or a section.
  const oid = /^r-urn-(?:hl7ii|oid)-([\d.]+?)(?:-\d{4}-\d\d-\d\d)?-(?:errors|warnings)(?:-abstract)?$/.exec(
    rule['@id'],
  )?.[1];
  if (oid === undefined) continue;
  for (const { '@test': test, '#text': text = '' } of rule.assert ?? []) {
    readNames(test, text);
    // What stands in inner elements belongs to those.
    if (isSection(oid) || /cda:(?!(code|statusCode)\b)/.test(test)) continue;
    const mood = /^\s*@moodCode\s*=\s*'([^']*)'\s*$/.exec(test)?.[1];
    if (mood !== undefined) add(oid, 'moodCode', mood);
    for (const [, element, predicates] of test.matchAll(/cda:(code|statusCode)((?:\[[^\]]*\])+)/g))
      for (const [, value] of predicates!.matchAll(/@code\s*=\s*'([^']*)'/g))
        add(oid, FACTS[`${element!}/@code`]!, value!);
  }
}

function isSection(oid: string): boolean {
  return /^2\.16\.840\.1\.113883\.10\.20\.(22\.[12]|2|18\.2|21\.2)\.|^1\.3\.6\.1\.4\.1\.19376\.1\.5\.3\.1\.3\./.test(
    oid,
  );
}

function add(oid: string, fact: string, value: string): void {
  const facts = fixed.get(oid) ?? new Map<string, Set<string>>();
  facts.set(fact, (facts.get(fact) ?? new Set()).add(value));
  fixed.set(oid, facts);
}

/** `SHALL contain exactly one [1..1] @code="ASSERTION" Assertion (CodeSystem: …`: the name behind the code. */
function readNames(test: string, text: string): void {
  for (const [, code, name] of text.matchAll(/@code="([^"]+)"\s+([A-Z][^("]*?)\s*\(/g))
    if (test.includes(`'${code!}'`)) names.set(code!, (names.get(code!) ?? new Set()).add(name!));
}

/** A template that allows several values fixes none, because which value it is says something. */
function onlyOne(values: ReadonlySet<string>): string | undefined {
  return values.size === 1 ? [...values][0] : undefined;
}

const order = (one: string, other: string): number => (one < other ? -1 : 1);
const templates = Object.fromEntries(
  [...fixed]
    .sort(([one], [other]) => order(one, other))
    .flatMap(([oid, facts]) => {
      const single = [...facts].flatMap(([fact, values]) => {
        const value = onlyOne(values);
        return value === undefined ? [] : [[fact, value] as const];
      });
      return single.length === 0 ? [] : [[oid, Object.fromEntries(single.sort(([a], [b]) => order(a, b)))]];
    }),
);
const named = Object.fromEntries(
  [...names]
    .sort(([one], [other]) => order(one, other))
    .map(([code, all]) => [code, all.size === 1 ? [...all][0] : [...all].sort(order)]),
);

const target = new URL('../mappings/templates.json', import.meta.url).pathname;
const written = JSON.stringify({
  $comment:
    "Generated from HL7's Schematron of C-CDA R2.1 by scripts/generate-templates.ts; what is kept by hand is in templates-by-hand.json",
  templates,
  names: named,
});
writeFileSync(target, await format(written, { ...(await resolveConfig(target)), filepath: target }));
