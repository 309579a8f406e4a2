/**
 * `cairn new mapping`: a first mapping for a template. It is modelled on the mappings that the set has for such
 * statements.
 */
import type { FhirResource } from 'fhir/r4.js';
import { typesNamed } from '../cda/type-graph.js';
import { cdaModel } from '../cda/model.js';
import { ownValue } from '../own-value.js';
import { choiceName, elementOf, elementsOf } from '../fhir/elements.js';
import type { MappingFiles } from '../mapping/read-files.js';
import { nameInStandard } from './known-templates.js';
import type { MappingTest } from './mapping-test.js';

export interface NewMapping {
  readonly id: string;
  readonly mapping: Readonly<Record<string, unknown>>;
  readonly test: { readonly tests: readonly MappingTest[] };
}

interface KnownMapping {
  readonly on?: readonly string[];
  readonly match?: unknown;
  readonly resource?: Readonly<Record<string, unknown>>;
}

/** An element is taken over if at least this share of the set's mappings for the resource have it. */
const USUAL = 0.4;

/**
 * A mapping of statements `on` an element with a template. Which resource it makes, and by which selectors, is what most
 * mappings of the set do for that element; `resourceType` decides otherwise.
 */
export function newMapping(
  files: MappingFiles,
  template: string,
  on: string,
  given?: { id?: string; resourceType?: string },
): NewMapping {
  const known = files.mappings
    .map(({ value }) => (value ?? {}) as KnownMapping)
    .filter(({ on: elements, match }) => elements?.includes(on) === true && match !== undefined);
  const types = known.flatMap(({ resource }) =>
    typeof resource?.resourceType === 'string' ? [resource.resourceType] : [],
  );
  const resourceType = given?.resourceType ?? mostFrequent(types);
  if (resourceType === undefined)
    throw new Error(`no mapping of the set stands on <${on}>; --resource TYPE says what to make of it`);
  const name = nameInStandard(template);
  const id =
    given?.id ??
    (name && slug(name)) ??
    `${on.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}-${template.replace(/^.*\.(\d+\.\d+)$/, '$1').replaceAll('.', '-')}`;
  const said = { ...namedElements(files, on, resourceType), ...usualElements(files, on, resourceType) };
  const resource = { ...said, ...missingElements(resourceType, said) };
  return {
    id,
    mapping: {
      $schema: '../mapping.schema.json',
      id,
      title: `${name ?? `TODO: what a statement of template ${template} is`} -> ${resourceType}`,
      basis: 'TODO: the page or clause that it follows',
      on: [on],
      match: { template },
      resource: { resourceType, ...resource },
    },
    test: {
      tests: [
        {
          name: `is made of a statement of template ${template}`,
          xml: statement(on, template),
          expect: [expectedOf(resourceType, resource)],
          count: { [resourceType]: 1 },
        },
      ],
    },
  };
}

/** A name as file names are written: `Allergy - Intolerance Observation` is `allergy-intolerance-observation`. */
function slug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** Elements that every statement has: its ids, its status, and the person it is about. */
function namedElements(files: MappingFiles, on: string, resourceType: string): Record<string, unknown> {
  const subject = files.mappings
    .map(({ value }) => (value ?? {}) as { id?: unknown; identity?: { scope?: unknown } })
    .find(({ identity }) => identity?.scope === 'subject')?.id;
  const about = ['subject', 'patient'].find((name) => elementOf(resourceType, name) !== undefined);
  const statuses = files.mappings.flatMap(({ value }) => {
    const { resource } = (value ?? {}) as KnownMapping;
    if (resource?.resourceType !== resourceType) return [];
    return /\{"\$from":"statusCode","\$map":"[\w-]+"\}/.exec(JSON.stringify(resource.status ?? ''))?.[0] ?? [];
  });
  const status = mostFrequent(statuses);
  return {
    ...(hasElement(on, 'id') && elementOf(resourceType, 'identifier') !== undefined ? { identifier: '= id' } : {}),
    ...(status === undefined || !hasElement(on, 'statusCode') ? {} : { status: JSON.parse(status) as unknown }),
    ...(about === undefined || typeof subject !== 'string' ? {} : { [about]: { $ref: subject } }),
  };
}

function hasElement(on: string, element: string): boolean {
  return [...typesNamed(on)].some((type) => Object.hasOwn(ownValue(cdaModel.types, type)?.elements ?? {}, element));
}

/** For each element the value that most mappings of the resource give it, if that is one plain selector. */
function usualElements(files: MappingFiles, on: string, resourceType: string): Record<string, unknown> {
  const resources = files.mappings
    .map(({ value }) => (value ?? {}) as KnownMapping)
    // Selectors that mappings of another CDA element use would find nothing here.
    .filter(({ on: elements, resource }) => elements?.includes(on) === true && resource?.resourceType === resourceType)
    .map(({ resource }) => resource);
  const values = new Map<string, string[]>();
  for (const resource of resources)
    for (const [name, value] of Object.entries(resource ?? {})) {
      if (name === 'resourceType' || name.startsWith('$')) continue;
      values.set(name, [...(values.get(name) ?? []), JSON.stringify(value)]);
    }
  const usual = [...values].flatMap(([name, texts]): [string, unknown][] => {
    const required = elementOf(resourceType, name)?.required === true;
    if (texts.length < resources.length * USUAL && !required) return [];
    const simple = texts.filter((text) => isSimple(text));
    const text = mostFrequent(simple);
    return text === undefined ? [] : [[name, JSON.parse(text)]];
  });
  return Object.fromEntries(usual);
}

/** Elements that FHIR requires and for which the author still has to find a selector. */
function missingElements(resourceType: string, said: object): Record<string, unknown> {
  const isSaid = (name: string): boolean =>
    Object.keys(said).some(
      (key) => (elementOf(resourceType, key)?.base ?? elementOf(resourceType, key)?.name) === name,
    );
  return Object.fromEntries(
    elementsOf(resourceType)
      .filter(({ name, required }) => required && !isSaid(name))
      .map(({ name, types }) => [
        name.endsWith('[x]') ? choiceName(name, types[0] ?? '') : name,
        { $absent: 'unknown', $comment: 'TODO: FHIR requires it' },
      ]),
  );
}

/**
 * Whether the value is one selector, reference, code or translation, which an author can change at a glance. A
 * fragment may be made for other statements.
 */
function isSimple(text: string): boolean {
  return (
    text.length <= 120 &&
    !text.includes('$use') &&
    !text.includes('$first') &&
    !/[[(]|\.\.|\$(each|made|resource|when)/.test(text.replaceAll('["', '').replace(/^\[/, ''))
  );
}

function mostFrequent(texts: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))[0]?.[0];
}

/** The part of the expected resource that comes from the statement's id and code. */
function expectedOf(
  resourceType: string,
  { identifier, code }: Readonly<Record<string, unknown>>,
): Partial<FhirResource> {
  return {
    resourceType,
    ...(identifier === '= id' ? { identifier: [{ system: 'urn:oid:2.999.1', value: 'example-1' }] } : {}),
    ...(code === '= code' ? { code: { coding: [{ system: 'http://loinc.org', code: '8302-2' }] } } : {}),
  } as Partial<FhirResource>;
}

/** An invented statement with the elements that CDA has for it. */
function statement(on: string, template: string): string[] {
  const has = (element: string): boolean => hasElement(on, element);
  return [
    `<${on} moodCode="EVN"><templateId root="${template}"/>`,
    ...(has('id') ? ['<id root="2.999.1" extension="example-1"/>'] : []),
    ...(has('code') ? ['<code code="8302-2" codeSystem="2.16.840.1.113883.6.1" displayName="Body height"/>'] : []),
    ...(has('statusCode') ? ['<statusCode code="completed"/>'] : []),
    ...(has('effectiveTime') ? ['<effectiveTime value="20240301"/>'] : []),
    ...(has('value') ? ['<value xsi:type="PQ" value="170" unit="cm"/>'] : []),
    `</${on}>`,
  ];
}
