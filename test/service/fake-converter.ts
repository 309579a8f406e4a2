/**
 * A converter whose documents say what it shall do, so that the service is tested with conversions that hang, run out
 * of memory or end their process: a real converter must never do any of that.
 */
import type { Bundle, FhirResource } from 'fhir/r4.js';
import type { Conversion, Converter, ConverterOptions, ConvertOptions } from '../../src/conversion.js';
import { MappingError } from '../../src/mapping/mapping-error.js';
import { DocumentError } from '../../src/xml/document-error.js';
import { existsSync, readFileSync } from 'node:fs';

export function createConverter(options: ConverterOptions = {}): Converter {
  const folder = options.mappings;
  const content = folder === undefined ? 'packaged' : readFileSync(`${folder}/set.json`, 'utf8');
  if (content.includes('mistake')) {
    throw new MappingError([{ file: 'set.json', line: 2, column: 3, message: 'no such element; did you mean code?' }]);
  }
  const terms =
    options.terms === undefined
      ? {}
      : { terms: { sha256: readFileSync(options.terms, 'utf8').trim(), sources: [], notices: ['a notice'] } };
  return { mappingHash: content.trim(), ...terms, convert: (bytes, how) => convert(bytes, how, content.trim()) };
}

/** What a converter should never let through, for the page that must not believe it. */
const evil = `<div xmlns="http://www.w3.org/1999/xhtml"><p>Harmless words</p><script>parent.evil = 1; top.evil = 1</script>
<img src="http://outside.example/pixel.png" onerror="parent.evil = 1"/><img src="x" onerror="parent.evil = 1"/><iframe src="http://outside.example/"></iframe>
<p onclick="parent.evil = 1" style="background: url(http://outside.example/style.png)">Click</p><style>p { background: url(http://outside.example/css.png) }</style>
<a href="javascript:parent.evil = 1">Link</a><a href="http://outside.example/">Link</a><form action="http://outside.example/"><input/></form>
<svg><script>parent.evil = 1</script></svg><object data="http://outside.example/o"></object><meta http-equiv="refresh" content="0;url=http://outside.example/"/></div>`;

function convert(bytes: Uint8Array, options: ConvertOptions = {}, mappingHash: string): Conversion {
  const text = new TextDecoder().decode(bytes.subarray(0, 100_000));
  const [, deed, detail] = /do:(\w+)(?:=([\w./-]+))?/.exec(text) ?? [];
  switch (deed) {
    case 'hang':
      for (;;);
    case 'sleep':
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(detail));
      break;
    case 'heap':
      for (const kept: object[] = []; ;) kept.push({ some: [1, 2, 3] });
    case 'map':
      for (const kept = new Map<number, number>(); ;) kept.set(kept.size, 1);
    case 'exit':
      process.exit(3);
      break;
    case 'kill-once':
      if (!existsSync(detail!)) process.kill(process.pid, 'SIGABRT');
      break;
    case 'throw':
      throw new TypeError('Cannot read properties of Homer Simpson');
    case 'illformed':
      throw new DocumentError('structure', 'The element is not closed.', 12, 5);
    case 'deep':
      throw new DocumentError('too-costly', 'More than 256 elements inside each other.', 1, 999);
    case 'html':
      throw new DocumentError('not-supported', 'The root element is not ClinicalDocument.', 1, 1);
  }
  const bundle: Bundle<FhirResource> = {
    resourceType: 'Bundle',
    type: options.bundle ?? 'transaction',
    entry: [
      {
        fullUrl: 'urn:uuid:11111111-1111-5111-8111-111111111111',
        resource: {
          resourceType: 'Composition',
          id: '11111111-1111-5111-8111-111111111111',
          status: 'final',
          type: { coding: [{ system: 'http://loinc.org', code: '34133-9' }] },
          subject: { reference: 'urn:uuid:22222222-2222-5222-8222-222222222222' },
          date: '2024-01-01',
          author: [{ display: options.sender ?? 'nobody' }],
          ...(deed === 'narrative'
            ? { section: [{ title: 'Evil', text: { status: 'generated' as const, div: evil } }] }
            : {}),
          title: deed === 'large' ? 'x'.repeat(Number(detail)) : (options.timeZone ?? text.slice(0, 200).trim()),
        },
        request: { method: 'PUT', url: 'Composition/11111111-1111-5111-8111-111111111111' },
      },
      {
        fullUrl: 'urn:uuid:22222222-2222-5222-8222-222222222222',
        resource: { resourceType: 'Patient', id: '22222222-2222-5222-8222-222222222222', gender: 'unknown' },
        request: { method: 'PUT', url: 'Patient/22222222-2222-5222-8222-222222222222' },
      },
    ],
  };
  return {
    bundle,
    ledger: {
      totals: { facts: 5, mapped: 2, used: 1, narrative: 0, dropped: 1, unmapped: 1, questioned: 0 },
      rules: {},
      same: [],
      items: [
        {
          path: '/ClinicalDocument/@x',
          line: 3,
          column: 4,
          value: 'x',
          status: 'unmapped',
          reason: 'no mapping reads it',
        },
        {
          path: '/ClinicalDocument/y',
          line: 5,
          column: 6,
          value: 'y',
          status: 'dropped',
          rule: 'set.json#/ignore/0',
          reason: 'said elsewhere',
        },
      ],
    },
    trace: options.trace
      ? [
          {
            target: 'Patient/2.gender',
            by: 'document',
            mapping: mappingHash,
            file: 'set.json',
            rule: '/resource/gender',
            sources: [{ source: '/ClinicalDocument/@x', line: 3, column: 4 }],
          },
        ]
      : [],
    issues: text.includes('warn')
      ? [{ severity: 'warning', code: 'dangling-reference', text: 'A reference leads nowhere.', line: 7, column: 8 }]
      : [],
  };
}
