import { ICD_10_CM, SNOMED_CT } from '../pack/code-key.js';
import type { SourceFile } from './source-file.js';
import { sourceLines } from './source-file.js';
import type { SourceFileKind } from './source-kind.js';

/** Of SNOMED CT's own metadata (Release File Specifications). */
const FULLY_SPECIFIED_NAME = '900000000000003001';
const PREFERRED = '900000000000548007';
const US_ENGLISH = '900000000000509007';
const SAME_AS = '900000000000527005';
const REPLACED_BY = '900000000000526001';
/** ICD-10-CM extended map, National Library of Medicine. */
const ICD_10_CM_MAP = '6011000124106';
/** Map source concept is properly classified. */
const CLASSIFIED = '447637006';

export const snomedDescriptions: SourceFileKind = {
  kind: 'snomed-ct',
  title: 'SNOMED CT',
  matches: (name) => /^x?sct2_Description_(?:\w*)Snapshot-en[^/]*\.txt$/i.test(name),
  async read({ lines, collector, beside, file }) {
    collector.declare(SNOMED_CT, true);
    const preferred = await preferredIn(beside);
    for await (const line of lines) {
      const [id = '', , active, , concept = '', , type, term = ''] = line.split('\t');
      if (active !== '1') continue;
      if (type === FULLY_SPECIFIED_NAME) {
        // `Hypertensive disorder, systemic arterial (disorder)`: the tag in the end is for those who model.
        const bare = term.replace(/ \([^()]+\)$/, '');
        collector.display(SNOMED_CT, concept, bare, 3);
        if (bare !== term) collector.name(SNOMED_CT, concept, term);
      } else if (preferred.has(id)) collector.display(SNOMED_CT, concept, term, 1);
      else collector.name(SNOMED_CT, concept, term);
    }
    return releaseIn(file.name);
  },
};

export const snomedConcepts: SourceFileKind = {
  kind: 'snomed-ct-concepts',
  title: 'SNOMED CT concepts',
  matches: (name) => /^x?sct2_Concept_(?:\w*)Snapshot[^/]*\.txt$/i.test(name),
  async read({ lines, collector, file }) {
    for await (const line of lines) {
      const [concept = '', , active] = line.split('\t');
      if (active === '0') collector.retired(SNOMED_CT, concept);
      else if (active === '1') collector.active(SNOMED_CT, concept);
    }
    return releaseIn(file.name);
  },
};

export const snomedAssociations: SourceFileKind = {
  kind: 'snomed-ct-associations',
  title: 'SNOMED CT historical associations',
  matches: (name) => /^x?der2_cRefset_Association(?:\w*)Snapshot[^/]*\.txt$/i.test(name),
  async read({ lines, collector, file }) {
    for await (const line of lines) {
      const [, , active, , set = '', concept = '', target = ''] = line.split('\t');
      if (active === '1' && (set === SAME_AS || set === REPLACED_BY)) collector.retired(SNOMED_CT, concept, target);
    }
    return releaseIn(file.name);
  },
};

/** Only what the map calls always so, in one group: its rules ask for age, sex and context, which no code has. */
export const snomedToIcd10cm: SourceFileKind = {
  kind: 'snomed-ct-icd-10-cm',
  title: 'SNOMED CT to ICD-10-CM map',
  matches: (name) => /^x?der2_iisssccRefset_ExtendedMap(?:\w*)Snapshot[^/]*\.txt$/i.test(name),
  async read({ lines, collector, file }) {
    for await (const line of lines) {
      const fields = line.split('\t');
      const [, , active, , set, concept = '', group, , rule, , target = ''] = fields;
      if (active !== '1' || set !== ICD_10_CM_MAP) continue;
      const always = rule === 'TRUE' && group === '1' && fields[12] === CLASSIFIED && /^[A-Z][\dA-Z.]+$/.test(target);
      if (always) collector.candidate(SNOMED_CT, concept, ICD_10_CM, target);
      else collector.noTarget(SNOMED_CT, concept, ICD_10_CM);
    }
    return releaseIn(file.name);
  },
};

/** The descriptions that the language reference set of the United States prefers: eight bytes each. */
async function preferredIn(files: readonly SourceFile[]): Promise<{ has(id: string): boolean }> {
  const file = files.find(({ name }) => /^x?der2_cRefset_Language(?:\w*)Snapshot-en[^/]*\.txt$/i.test(name));
  if (file === undefined) return { has: () => false };
  const ids: bigint[] = [];
  let list = new BigUint64Array(0);
  const take = (): void => {
    const joint = new BigUint64Array(list.length + ids.length);
    joint.set(list);
    joint.set(ids, list.length);
    list = joint;
    ids.length = 0;
  };
  for await (const line of sourceLines(file, { bytes: 0, sha256: '' })) {
    const [, , active, , set, description = '', acceptability] = line.split('\t');
    if (active !== '1' || set !== US_ENGLISH || acceptability !== PREFERRED || !/^\d+$/.test(description)) continue;
    if (ids.push(BigInt(description)) > 100_000) take();
  }
  take();
  list.sort();
  return {
    has(id) {
      const wanted = BigInt(id);
      let low = 0;
      let high = list.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (list[middle]! < wanted) low = middle + 1;
        else high = middle;
      }
      return list[low] === wanted;
    },
  };
}

/** `…_US1000124_20260301.txt` */
function releaseIn(name: string): string | undefined {
  return /_([A-Z]{2,3}\d*_\d{8})\.txt$/i.exec(name)?.[1]?.replace('_', ' ');
}
