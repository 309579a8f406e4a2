/**
 * Writes src/terms/free.terms, the term pack that comes with Cairn, from HL7's terminology (CC0):
 *
 *   npx tsx scripts/generate-free-pack.ts ../shared/fhir/packages/hl7.terminology.r4-7.0.1.tgz
 *
 * Of HL7's own tables (versions 2 and 3) only: what others have lent to HL7, or has a copyright of its own, stays out.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { CodeSystem } from 'fhir/r4.js';
import { buildTermPack } from '../src/terms/build.js';
import { freePack } from '../src/terms/pack/layered.js';

const OF_HL7 = /^http:\/\/terminology\.hl7\.org\/CodeSystem\/v[23]-/;
/** HL7's about its own models and messages, and examples: no document's code is one of these. */
const ABOUT_HL7 = /v3-(CodeSystem|DataType|HL7|hl7|GenericUpdate|ConceptProperty|.*Example$)/;

const folder = mkdtempSync(join(tmpdir(), 'cairn-free-'));
try {
  for (const path of process.argv.slice(2)) {
    for (const system of codeSystemsOf(path)) {
      const { resourceType, url = '', name, title, version, status, content, concept, copyright = '' } = system;
      const isOfHl7 = OF_HL7.test(url) && !ABOUT_HL7.test(url) && content === 'complete';
      // Tables of others that HL7 carries say whose they are.
      if (!isOfHl7 || (copyright !== '' && !/HL7|public domain|CC0/i.test(copyright))) continue;
      const kept = { resourceType, url, version, name, title: `HL7 ${title ?? name ?? ''}`, status, content, concept };
      writeFileSync(join(folder, `${url.slice(url.lastIndexOf('/') + 1)}.json`), JSON.stringify(kept));
    }
  }
  const { rows, sources } = await buildTermPack([folder], freePack);
  process.stdout.write(`${sources.length} tables, ${rows} rows\n`);
} finally {
  rmSync(folder, { recursive: true });
}

/** The code systems in a package: a gzipped tar of JSON files (FHIR packages specification). */
function* codeSystemsOf(path: string): Generator<CodeSystem> {
  const tar = gunzipSync(readFileSync(path));
  const text = (start: number, length: number): string =>
    tar.toString('utf8', start, start + length).replace(/\0[\s\S]*$/, '');
  for (let at = 0; at < tar.length && tar[at] !== 0;) {
    const name = text(at, 100);
    const size = parseInt(text(at + 124, 12), 8);
    if (/^package\/CodeSystem-[^/]*\.json$/.test(name))
      yield JSON.parse(tar.toString('utf8', at + 512, at + 512 + size)) as CodeSystem;
    at += 512 + Math.ceil(size / 512) * 512;
  }
}
