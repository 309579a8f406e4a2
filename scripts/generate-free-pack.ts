/**
 * Writes src/terms/free.terms, the term pack that comes with Cairn, from HL7's terminology (CC0):
 *
 *   npx tsx scripts/generate-free-pack.ts ../shared/fhir/packages/hl7.terminology.r4-7.0.1.tgz
 *
 * Of HL7's own tables (versions 2 and 3) only: what others have lent to HL7, or has a copyright of its own, stays out.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CodeSystem } from 'fhir/r4.js';
import { ABOUT_HL7, resourcesOf } from './fhir-package.js';
import { buildTermPack } from '../src/terms/build.js';
import { freePack } from '../src/terms/pack/layered.js';

const OF_HL7 = /^http:\/\/terminology\.hl7\.org\/CodeSystem\/v[23]-/;
const folder = mkdtempSync(join(tmpdir(), 'cairn-free-'));
try {
  for (const path of process.argv.slice(2)) {
    for (const system of resourcesOf<CodeSystem>(path, 'CodeSystem')) {
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
