/**
 * Kinds of documents that the corpus has few or none of, each with how much of them may stay unmapped: the forerunners of
 * C-CDA, HL7's examples of the newer C-CDA, of case reports and their answers. They lie beside the project; where they are not, that is said aloud.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Converter } from '../src/conversion.js';

interface Kind {
  readonly name: string;
  readonly folder: string;
  readonly files: RegExp;
  /** Percent of the facts. */
  readonly most: number;
}

/**
 * Fragments from HL7 that are parts of other statements but stand in an entry by themselves. Nothing should be made of
 * them.
 */
const PARTS =
  /^(age|birth-sex-example-null|brand-name|catalog-number|company-name|criticality|date-of-diagnosis|device-identifier|diagnosis-reference|distinct-identification|lot-or-batch|medication-free-text-sig|model-number|reaction|serial-number|severity|substance-administered)/;

const kinds: readonly Kind[] = [
  { name: 'C-CDA 5.0, examples', folder: '../shared/ccda5', files: /\.xml$/, most: 1.5 },
  { name: 'C-CDA 5.0, in their places', folder: '../shared/ccda5/nested', files: /\.xml$/, most: 1.5 },
  { name: 'C32', folder: '../shared/corpus/NIST-C32', files: /\.xml$/, most: 1.5 },
  { name: 'CCD 1.0', folder: '../shared/corpus/HL7', files: /^SampleCCDDocument\.xml$/, most: 1.5 },
  { name: 'QRDA I', folder: '../shared/corpus/Cypress', files: /^cat1_good\.xml$/, most: 3 },
  { name: 'case reports (eICR)', folder: '../shared/ecr', files: /PHCASERPT.*\.xml$/, most: 2.5 },
  { name: 'answers to them (RR)', folder: '../shared/ecr', files: /_RR_.*\.xml$/, most: 2.5 },
];

/** Converts them and prints how much stays unmapped. Answers a line for each kind that is above its limit. */
export function checkKinds(converter: Converter): string[] {
  console.log('\nKinds beside the corpus, unmapped');
  return kinds.flatMap(({ name, folder, files, most }) => {
    if (!existsSync(folder)) {
      console.log(`SKIPPED ${name}: ${folder} is not here.`);
      return [];
    }
    const share = unmappedShare(converter, folder, files);
    console.log(`${share.toFixed(2).padStart(8)}  % of ${name} (${String(most)} at most)`);
    return share <= most ? [] : [`${share.toFixed(2)} % of ${name} stays unmapped, more than ${String(most)}`];
  });
}

function unmappedShare(converter: Converter, folder: string, files: RegExp): number {
  let unmapped = 0;
  let facts = 0;
  for (const file of readdirSync(folder).filter((name) => files.test(name) && !PARTS.test(name))) {
    const { totals } = converter.convert(readFileSync(join(folder, file))).ledger;
    unmapped += totals.unmapped;
    facts += totals.facts;
  }
  return (100 * unmapped) / Math.max(1, facts);
}
