import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Bundle } from 'fhir/r4.js';
import type { TraceEntry } from '../../src/conversion.js';
import { vocabulary } from '../../src/cda/vocabulary.js';
import { positionOf, xpathOf } from '../../src/xml/position.js';
import { readDocument } from '../../src/xml/read.js';
import { isElement, valueOf } from '../../src/xml/tree.js';
import { convertWith, observationSet } from '../mapping/mapping-folder.js';
import { documentOf } from '../mappings/document-of.js';
import { elementAt, lands } from './trace-target.js';
import { converter } from '../packaged-converter.js';

const samples = fileURLToPath(new URL('../../samples', import.meta.url));
const FRAGMENT = `<observation classCode="OBS" moodCode="EVN"><id root="2.999.7" extension="a"/><id root="2.999.7" extension="b"/>
  <code code="8302-2" codeSystem="2.16.840.1.113883.6.1"><originalText>Height</originalText></code><statusCode code="final"/>
  <effectiveTime><low value="20240301"/></effectiveTime><value xsi:type="PQ" value="170" unit="cm"/>
  <author><time value="20240301120000-0500"/></author></observation>`;

/** The places in the Observation that the fragment becomes. */
function places(resource: object, fragments: Readonly<Record<string, unknown>> = {}): string[] {
  // FHIR requires both; the fragment says neither of a statement inside of it.
  const required = { status: '= entryRelationship/*/statusCode', code: '= entryRelationship/observation/code' };
  const folder = observationSet({ resourceType: 'Observation', ...required, ...resource }, fragments);
  const { trace } = convertWith(folder, FRAGMENT, { trace: true });
  const targets = said(trace).flatMap(({ target }) => /^Observation\/[\w-]+\.(.*)/.exec(target)?.[1] ?? []);
  return [...new Set(targets)].sort();
}

describe('the trace', () => {
  it('names only the elements of the resource, not the types that the values had in the document', () => {
    expect(
      places({
        status: '= statusCode',
        category: [{ coding: '= code' }],
        code: { text: '= code/originalText' },
        effectivePeriod: '= effectiveTime',
        issued: '= author/time',
      }),
    ).to.deep.equal([
      'category[0].coding[0].code',
      'category[0].coding[0].extension[0].url',
      'category[0].coding[0].extension[0].valueString',
      'category[0].coding[0].system',
      'code.text',
      'effectivePeriod.start',
      'issued',
      'status',
    ]);
  });

  it('names the final place of a reference, after the same references are joined', () => {
    const folder = observationSet(
      {
        resourceType: 'Observation',
        status: 'final',
        subject: { $ref: 'patient' },
        code: '= code',
        focus: [
          { $made: 'entryRelationship' },
          { $made: 'entryRelationship/observation' },
          { $each: 'specimen/specimenRole/id', identifier: '= .' },
        ],
      },
      {},
      { identity: { by: ['id'] } },
    );
    const inner =
      '<entryRelationship><observation><id root="2.999.7" extension="i"/><code code="1"/></observation></entryRelationship>';
    const elsewhere = '<specimen><specimenRole><id root="2.999.7" extension="elsewhere"/></specimenRole></specimen>';
    const { trace } = convertWith(
      folder,
      `<observation><id root="2.999.7" extension="o"/><code code="2"/>${elsewhere}${inner}</observation>`,
      { trace: true },
    );
    const targets = said(trace).map(({ target }) => target.replace(/^[^.]*\./, ''));
    expect(targets).to.include('focus[1].identifier.value');
    expect(targets).not.to.include('focus[2].identifier.value');
  });

  it('names a choice element as it is in the resource', () => {
    expect(
      places({ 'effective[x]': '= effectiveTime', component: [{ 'value[x]': '= value', code: '= code' }] }),
    ).to.deep.equal([
      'component[0].code.coding[0].code',
      'component[0].code.coding[0].system',
      'component[0].code.text',
      'component[0].valueQuantity.code',
      'component[0].valueQuantity.system',
      'component[0].valueQuantity.unit',
      'component[0].valueQuantity.value',
      'effectivePeriod.start',
    ]);
  });

  it('counts the items of a list across fragments', () => {
    const extension = (url: string, valueString: string) => ({ url, valueString });
    const fragment = (...extensions: object[]) => ({ title: 'Extensions', value: { extension: extensions } });
    expect(
      places(
        { $use: ['one', 'two'], identifier: ['= id[2]', '= id[1]'] },
        {
          'fragments/one.json': fragment(
            extension('urn:a', '= value/@unit'),
            extension('urn:none', '= text/@mediaType'),
            extension('urn:b', '= value/@value'),
          ),
          'fragments/two.json': fragment(extension('urn:c', '= statusCode/@code')),
        },
      ),
    ).to.deep.equal([
      'extension[0].valueString',
      'extension[1].valueString',
      'extension[2].valueString',
      'identifier[0].system',
      'identifier[0].value',
      'identifier[1].system',
      'identifier[1].value',
    ]);
  });

  for (const file of readdirSync(samples).filter((name) => name.endsWith('.xml'))) {
    const bytes = readFileSync(join(samples, file));

    it(`of ${file} leads from elements that are in the Bundle to facts that are in the document`, () => {
      const { bundle, trace } = converter.convert(bytes, { trace: true });
      expect(trace.length).to.be.greaterThan(100);
      expect(astray(bundle, trace, bytes)).to.deep.equal([]);
    });

    it(`of ${file} leads to the same text in the source for text that is copied to the Bundle`, () => {
      const { bundle, trace } = converter.convert(bytes, { trace: true });
      const pairs = verbatim(bundle, trace, bytes);
      expect(pairs.length).to.be.greaterThan(50);
      expect(pairs.filter(({ is, was }) => is !== was)).to.deep.equal([]);
    });
  }

  it('leads to the right item where several mentions became one participant', () => {
    const author = (...ids: string[]) =>
      `<author><time value="20240301120000-0500"/><assignedAuthor>${ids
        .map((id) => `<id root="${id}" extension="x${id}"/>`)
        .join(
          '',
        )}<assignedPerson><name><given>Hal</given><family>Header</family></name></assignedPerson></assignedAuthor></author>`;
    const bytes = Buffer.from(
      documentOf({
        header:
          author('2.999.1', '2.999.2') +
          author('2.999.1', '2.999.3', '2.999.2') +
          author('2.999.1', '2.999.4', '2.999.3'),
      }),
    );
    const { bundle, trace } = converter.convert(bytes, { trace: true });
    const ids = trace.filter(({ target }) => /^Practitioner\/.*\.identifier\[\d\]\.value$/.test(target));
    expect(ids.map(({ target }) => elementAt(bundle, target)?.value)).to.include('x2.999.4');
    expect(verbatim(bundle, trace, bytes).filter(({ is, was }) => is !== was)).to.deep.equal([]);
    expect(new Set(ids.map(({ target }) => target)).size).to.equal(4);
  });
});

/** A leaf that the document says, and one of its facts. */
interface Said {
  readonly target: string;
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

function said(trace: readonly TraceEntry[]): Said[] {
  return trace.flatMap(({ target, by, sources }) =>
    by === 'document' ? sources.map((source) => ({ target, ...source })) : [],
  );
}

/** Entries whose target is not in the Bundle, or whose source is not in the document where they say. */
function astray(bundle: Bundle, trace: readonly TraceEntry[], bytes: Uint8Array): Said[] {
  const facts = factsOf(bytes);
  return said(trace).filter((entry) => {
    const fact = facts.get(entry.source);
    return !lands(bundle, entry.target) || fact?.line !== entry.line || fact.column !== entry.column;
  });
}

/**
 * Codes, displays and identifiers as they are in the Bundle and as they stand at their source. A code is verbatim where its system comes from
 * the same element (else a ConceptMap gave it), an identifier where its extension is no URL (FHIR divides those).
 */
function verbatim(
  bundle: Bundle,
  trace: readonly TraceEntry[],
  bytes: Uint8Array,
): { target: string; is: unknown; was: string }[] {
  const facts = factsOf(bytes);
  const mapped = new Set(trace.flatMap(({ target, conceptMap }) => (conceptMap === undefined ? [] : [target])));
  const systems = new Set(
    said(trace).flatMap(({ target, source }) =>
      target.endsWith('.system') ? [`${target.slice(0, -'.system'.length)} ${parentOf(source)}`] : [],
    ),
  );
  return said(trace)
    .filter(
      ({ target, source }) =>
        /@code .*\.code$|@displayName .*\.display$|@extension .*\.value$/.test(`${source} ${target}`) &&
        !mapped.has(target) &&
        systems.has(`${target.slice(0, target.lastIndexOf('.'))} ${parentOf(source)}`),
    )
    .map(({ target, source }) => ({
      target,
      is: elementAt(bundle, target)?.value,
      was: facts.get(source)?.value.trim() ?? '',
    }))
    .filter(({ was }) => !/^[a-z]+:/.test(was));
}

function parentOf(source: string): string {
  return source.slice(0, source.lastIndexOf('/'));
}

interface Fact {
  readonly line: number;
  readonly column: number;
  readonly value: string;
}

function factsOf(bytes: Uint8Array): ReadonlyMap<string, Fact> {
  const { tree } = readDocument(bytes, vocabulary);
  const facts = new Map<string, Fact>();
  for (let node = 1; node < tree.count; node++)
    facts.set(xpathOf(tree, node), {
      ...positionOf(tree, node),
      value: isElement(tree, node) ? '' : valueOf(tree, node),
    });
  return facts;
}
