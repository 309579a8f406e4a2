import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { packagedMappings } from '../../src/convert.js';
import { loadMappings } from '../../src/mapping/load.js';
import { MappingError, type Mistake } from '../../src/mapping/mapping-error.js';
import { mappingSchema, type ElementDescriptions } from '../../src/mapping/schema.js';
import { OptionError } from '../../src/option-error.js';
import { convertWith, mappingFolder, observationSet, resourcesIn } from './mapping-folder.js';

function mistakesOf(folder: string): readonly Mistake[] {
  try {
    loadMappings(folder);
  } catch (error) {
    if (error instanceof MappingError) return error.mistakes;
    throw error;
  }
  return [];
}

function mistakesIn(resource: object, rest: object = {}): string[] {
  return mistakesOf(
    observationSet({ resourceType: 'Observation', status: 'final', code: '= code', ...resource }, {}, rest),
  ).map((m) => m.message);
}

describe('loading mappings', () => {
  it('finds no mistake in the packaged set', () => {
    expect(mistakesOf(packagedMappings)).to.deep.equal([]);
  });

  it('matches a statement that has any of the listed templates, and no other', () => {
    const folder = observationSet(
      { resourceType: 'Observation', status: 'final', code: '= code' },
      {},
      { match: { template: ['1.2.3', '4.5.6'] } },
    );
    const made = (template: string) =>
      resourcesIn(
        convertWith(folder, `<observation><templateId root="${template}"/><code code="1"/></observation>`).bundle,
        'Observation',
      ).length;
    expect(['1.2.3', '4.5.6', '7.8.9'].map(made)).to.deep.equal([1, 1, 0]);
    expect(mistakesIn({}, { match: { template: 7 } }).join('\n')).to.match(/template is an OID/);
  });

  it('reports every mistake at once, with file, line and column', () => {
    const folder = mappingFolder({
      'a.json':
        '{\n  "id": "a",\n  "on": ["observation"],\n  "resource": {\n    "resourceType": "Observation",\n    "statos": "final",\n    "code": "= cod"\n  }\n}\n',
    });
    expect(mistakesOf(folder)).to.deep.equal([
      {
        file: 'a.json',
        line: 6,
        column: 5,
        message: 'Observation has no element "statos"; did you mean "status"?'.replace(/"status"/, 'status'),
      },
      { file: 'a.json', line: 7, column: 16, message: mistakesOf(folder)[1]?.message ?? '' },
    ]);
    expect(mistakesOf(folder)[1]?.message).to.match(/did you mean code\?/);
  });

  for (const [what, resource, message] of [
    ['an element that FHIR does not have', { subjekt: '= id' }, /no element "subjekt".*subject/],
    ['a path that CDA cannot have', { identifier: '= ids' }, /CDA has no .*ids/],
    ['an attribute that CDA does not have there', { note: [{ text: '= code/@displayname' }] }, /displayName/],
    ['a type that cannot become the other', { effectiveDateTime: '= code' }, /CD can't become dateTime/],
    ['a code outside a required binding', { status: 'finale' }, /not a code.*final/],
    ['a directive that does not exist', { status: { $frist: ['final'] } }, /\$frist.*\$first/],
    ['a ConceptMap that does not exist', { status: { $from: 'statusCode', $map: 'none' } }, /no ConceptMap "none"/],
    ['a mapping that does not exist', { specimen: { $each: 'specimen', $resource: 'none' } }, /no mapping "none"/],
    ['a fragment that does not exist', { $use: 'none' }, /no fragment "none"/],
    ['a literal where a structure is', { code: 'height' }, /can't be the literal/],
    ['a list for what takes one value', { status: ['final', 'amended'] }, /takes one value/],
    ['a selector that is no XPath', { identifier: '= id[' }, /./],
    ['a selector that gives text where a structure is', { code: '= concat(code/@code)' }, /./],
    [
      'a reference to a resource that may not stand there',
      { performer: { $ref: 'patient' }, device: { $ref: 'patient' } },
      /can't refer to a Patient/,
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(mistakesIn(resource).join('\n')).to.match(message);
    });
  }

  it('applies ignore of a fragment also if the fragment adds elements to an object', () => {
    const folder = observationSet(
      { resourceType: 'Observation', $use: 'b', status: 'final' },
      { 'fragments/b.json': { title: 'b', value: { code: '= code' }, ignore: { text: 'why' } } },
    );
    const xml = '<observation classCode="OBS" moodCode="EVN"><code code="1"/><text>x</text></observation>';
    const [item] = convertWith(folder, xml).ledger.items.filter(({ value }) => value === 'x');
    expect(item).to.include({ status: 'dropped', reason: 'why' });
  });

  it('refuses broken JSON, and a repeated key', () => {
    expect(mistakesOf(mappingFolder({ 'a.json': '{ "id": }' }))[0]?.message).to.match(/not JSON/);
    expect(
      mistakesOf(
        mappingFolder({ 'a.json': '{ "id": "a", "id": "b", "on": ["act"], "resource": { "resourceType": "Basic" } }' }),
      )[0]?.message,
    ).to.match(/twice/);
  });

  it('points at the wrong character of a selector', () => {
    const folder = mappingFolder({
      'a.json':
        '{ "id": "a", "on": ["observation"],\n"resource": { "resourceType": "Observation", "code": "= code", "identifier": "= entryRelationship/foo" } }',
    });
    const [mistake] = mistakesOf(folder);
    const line =
      '"resource": { "resourceType": "Observation", "code": "= code", "identifier": "= entryRelationship/foo" } }';
    expect(mistake).to.include({ line: 2, column: line.indexOf('foo') + 1 });
  });

  it('changes a mapping for one sender by a merge patch, found by the custodian', () => {
    const folder = observationSet(
      { resourceType: 'Observation', status: 'final', code: '= code', note: [{ text: 'base' }] },
      {
        'senders/acme/sender.json': { oids: ['2.16.840.1.113883.19.5.99999.3'] },
        'senders/acme/observation.json': { resource: { note: null, method: { text: 'acme' } } },
      },
    );
    const { bundle } = convertWith(
      folder,
      '<observation classCode="OBS" moodCode="EVN"><code code="1"/></observation>',
    );
    const [made] = resourcesIn(bundle, 'Observation');
    expect(made).to.have.deep.property('method', { text: 'acme' });
    expect(made).to.not.have.property('note');
  });

  it('uses the requested sender, and refuses an unknown one', () => {
    const folder = observationSet(
      { resourceType: 'Observation', status: 'final', code: '= code' },
      {
        'senders/acme/sender.json': { oids: [] },
        'senders/acme/observation.json': { resource: { method: { text: 'acme' } } },
      },
    );
    const xml = '<observation classCode="OBS" moodCode="EVN"><code code="1"/></observation>';
    expect(resourcesIn(convertWith(folder, xml, { sender: 'acme' }).bundle, 'Observation')[0]).to.have.property(
      'method',
    );
    expect(resourcesIn(convertWith(folder, xml).bundle, 'Observation')[0]).to.not.have.property('method');
    expect(() => convertWith(folder, xml, { sender: 'nobody' })).to.throw(OptionError, 'nobody');
  });

  it('has a schema with a description of each directive and each element', () => {
    interface Part {
      readonly description?: string;
      readonly properties?: Readonly<Record<string, Part>>;
    }
    const { $defs } = JSON.parse(readFileSync(join(packagedMappings, 'mapping.schema.json'), 'utf8')) as {
      $defs: Readonly<Record<string, Part>>;
    };
    const silent = Object.entries($defs).flatMap(([name, definition]) =>
      Object.entries(definition.properties ?? {})
        .filter(
          ([element, { description }]) =>
            element !== 'resourceType' &&
            // What directives mean stands once, in $directives.
            (name === '$directives' ? element !== '$comment' : !element.startsWith('$')) &&
            description === undefined,
        )
        .map(([element]) => `${name} ${element}`),
    );
    expect(silent).to.deep.equal([]);
    expect($defs.Condition?.properties?.onsetAge?.description).to.equal('Estimated or actual date, date-time, or age');
    expect(Object.keys($defs).length).to.be.greaterThan(600);
  });

  it('has a schema that is up to date, and that every mapping satisfies', () => {
    const written = JSON.parse(readFileSync(join(packagedMappings, 'mapping.schema.json'), 'utf8')) as object;
    const words = new URL('../../scripts/element-descriptions.json', import.meta.url);
    const schema = mappingSchema(JSON.parse(readFileSync(words, 'utf8')) as ElementDescriptions);
    expect(written, 'run npx tsx scripts/generate-schema.ts').to.deep.equal(JSON.parse(JSON.stringify(schema)));
    const validate = new Ajv2020({ strict: false, allErrors: true }).compile(written);
    const files = readdirSync(packagedMappings, { recursive: true, encoding: 'utf8' }).filter(
      (file) =>
        file.endsWith('.json') &&
        !/\.(test|schema)\.json$|^(fragments|conceptmaps|words|senders)[\\/]|^(agreement|ignored|issues|conditions|code-lists|columns|refused|us-core[\\/].*|holders|placeholder-identifiers|templates.*)\.json$/.test(
          file,
        ),
    );
    for (const file of files) {
      validate(JSON.parse(readFileSync(join(packagedMappings, file), 'utf8')));
      expect(validate.errors ?? [], file).to.deep.equal([]);
    }
  });
});
