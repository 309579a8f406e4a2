import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Conversion, TraceEntry } from '../../src/conversion.js';
import { packagedMappings } from '../../src/convert.js';
import { valueAtPointer } from '../../src/mapping/mapping-file.js';
import { forEachLeaf } from '../../src/provenance/leaves.js';
import { writeJson } from '../../src/bundle/write-json.js';
import { convertWith, observationSet } from '../mapping/mapping-folder.js';
import { converter } from '../packaged-converter.js';

const samples = fileURLToPath(new URL('../../samples', import.meta.url));

const files = new Map<string, unknown>();
function fileOf(path: string, folder: string): unknown {
  const name = join(folder, path);
  if (!files.has(name)) files.set(name, JSON.parse(readFileSync(name, 'utf8')));
  return files.get(name);
}

/** Whether the pointer leads to something in the very file of the folder. */
function resolves(file: string, rule: string, folder = packagedMappings): boolean {
  return valueAtPointer(fileOf(file, folder), rule) !== undefined;
}

/** Every leaf of the resources of a Bundle, as the trace names it. */
function leavesOf({ bundle }: Conversion): string[] {
  const leaves: string[] = [];
  for (const { resource } of bundle.entry ?? [])
    forEachLeaf(resource!, (path) => leaves.push(`${resource!.resourceType}/${resource!.id!}.${path}`));
  return leaves;
}

/** What the trace says of one element of the only resource of its type. */
function entryOf(trace: readonly TraceEntry[], element: string): TraceEntry | undefined {
  const [type = '', ...path] = element.split('.');
  return trace.find(({ target }) => target.startsWith(`${type}/`) && target.endsWith(`.${path.join('.')}`));
}

describe('the trace of leaves', () => {
  for (const file of readdirSync(samples).filter((name) => name.endsWith('.xml'))) {
    it(`of ${file} has every leaf once, with a rule that its file has at that pointer`, () => {
      const conversion = converter.convert(readFileSync(join(samples, file)), { trace: 'all' });
      const { trace } = conversion;
      const ofResources = trace.filter(({ mapping }) => mapping !== '');
      expect(ofResources.map(({ target }) => target)).to.deep.equal(leavesOf(conversion));
      expect(
        trace.filter(({ mapping }) => mapping === '').every(({ target }) => target.startsWith('Bundle.')),
      ).to.equal(true);
      expect(ofResources.filter(({ file, rule }) => file === '' || !resolves(file, rule))).to.deep.equal([]);
      const maps = ofResources.flatMap(({ conceptMap }) => conceptMap ?? []);
      expect(maps.length).to.be.greaterThan(5);
      expect(maps.filter(({ file, rule }) => !resolves(file, rule))).to.deep.equal([]);
      // A document says most of what is in its Bundle; of what it says the facts are named.
      expect(ofResources.filter(({ by, sources }) => by === 'document' && sources.length === 0)).to.deep.equal([]);
      expect(ofResources.filter(({ by }) => by === 'engine').length).to.be.lessThan(ofResources.length / 10);
    });

    it(`of ${file} does not change the Bundle`, () => {
      const bytes = readFileSync(join(samples, file));
      const [traced, plain] = [{ trace: 'all' as const }, {}].map((options) =>
        writeJson(converter.convert(bytes, options).bundle),
      );
      expect(traced).to.equal(plain);
    });
  }

  it('leads into the own files of a later version of US Core', () => {
    const bytes = readFileSync(join(samples, 'progress-note.xml'));
    const { trace } = converter.convert(bytes, { trace: true, usCore: '9.0.0' });
    const ofResources = trace.filter(({ mapping }) => mapping !== '');
    expect(ofResources.filter(({ file, rule }) => file === '' || !resolves(file, rule))).to.deep.equal([]);
  });

  const fragments = {
    'fragments/status.json': {
      title: 'Status',
      value: {
        $first: [
          { $when: "@negationInd='true'", $code: 'cancelled' },
          { $from: 'statusCode', $map: 'status' },
        ],
      },
    },
    'conceptmaps/status.json': {
      resourceType: 'ConceptMap',
      url: 'urn:x',
      status: 'active',
      group: [
        {
          target: 'http://hl7.org/fhir/observation-status',
          element: [
            { code: 'held', target: [{ code: 'registered', equivalence: 'inexact' }] },
            { code: 'done', target: [{ code: 'final', equivalence: 'inexact' }] },
          ],
        },
      ],
    },
  };
  const resource = {
    resourceType: 'Observation',
    status: { $use: 'status' },
    code: { coding: '= code', text: 'Said by the mapping' },
    subject: { $ref: 'patient' },
  };
  const statement = (attributes = '') =>
    `<observation ${attributes}><id root="2.999.7" extension="o"/><code code="8302-2" codeSystem="2.16.840.1.113883.6.1"/><statusCode code="done"/></observation>`;

  it('leads into the file of a fragment, to the alternative that won, and to the row of a lossy ConceptMap', () => {
    const { trace } = convertWith(observationSet(resource, fragments), statement(), { trace: true });
    const { file, rule, sources, conceptMap, by, used } = entryOf(trace, 'Observation.status')!;
    expect({ file, rule, by }).to.deep.equal({
      file: 'fragments/status.json',
      rule: '/value/$first/1',
      by: 'document',
    });
    expect(sources.map(({ source }) => source.replace(/.*observation/, ''))).to.deep.equal(['/statusCode/@code']);
    expect(conceptMap).to.deep.equal({ file: 'conceptmaps/status.json', rule: '/group/0/element/1' });
    expect(used).to.equal(undefined);
  });

  it('lists facts that only decided if everything is requested', () => {
    const folder = observationSet(resource, fragments);
    const { trace } = convertWith(folder, statement('negationInd="true"'), { trace: 'all' });
    const { rule, by, sources, used } = entryOf(trace, 'Observation.status')!;
    expect({ rule, by, sources }).to.deep.equal({ rule: '/value/$first/0', by: 'mapping', sources: [] });
    expect(used?.map(({ source }) => source.replace(/.*\//, ''))).to.deep.equal(['@negationInd']);
  });

  it('says where literals, ids and references come from', () => {
    const { trace } = convertWith(observationSet(resource, fragments, { identity: { by: ['id'] } }), statement(), {
      trace: true,
    });
    const text = entryOf(trace, 'Observation.code.text')!;
    expect([text.by, text.file, text.rule]).to.deep.equal(['mapping', 'observation.json', '/resource/code/text']);
    const id = entryOf(trace, 'Observation.id')!;
    expect([id.by, id.rule, id.sources.length]).to.deep.equal(['identity', '/identity', 1]);
    expect(id.sources[0]!.source).to.match(/observation\/id$/);
    const subject = entryOf(trace, 'Observation.subject.reference')!;
    expect([subject.by, subject.rule]).to.deep.equal(['reference', '/resource/subject']);
    expect(subject.sources[0]!.source).to.match(/patientRole$/);
  });

  it('leads into a sender’s patch for what the patch says, and into the patched file for the rest', () => {
    const folder = observationSet(
      { resourceType: 'Observation', status: 'final', code: '= code' },
      {
        'senders/acme/sender.json': { oids: ['2.999.1'] },
        'senders/acme/observation.json': { resource: { status: 'amended' } },
      },
    );
    const { trace } = convertWith(folder, statement(), { trace: true, sender: 'acme' });
    expect(entryOf(trace, 'Observation.status')).to.include({
      file: 'senders/acme/observation.json',
      rule: '/resource/status',
    });
    expect(entryOf(trace, 'Observation.code.coding[0].code')).to.include({
      file: 'observation.json',
      rule: '/resource/code',
    });
    for (const { file, rule } of trace.filter(({ mapping }) => mapping !== ''))
      expect(resolves(file, rule, folder), `${file}#${rule}`).to.equal(true);
  });
});
