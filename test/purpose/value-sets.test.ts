import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { ValueSet } from 'fhir/r4.js';

const folder = fileURLToPath(new URL('../../valuesets', import.meta.url));

/** Licensed content that nobody may find in the package: CPT, CPT II, NUCC, X12, CDT. */
const NEVER = /ama-assn\.org|nucc\.org|x12\.org|ada\.org|ncqa\.org|2\.16\.840\.1\.113883\.6\.(12|13|101)\b/i;

describe('valuesets', () => {
  for (const file of readdirSync(folder).sort()) {
    const set = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as ValueSet;

    it(`${file} says that it is a starter, and who owns the codes`, () => {
      expect(`${set.id!}.json`).to.equal(file);
      expect(set.url).to.equal(`https://cairn.example/fhir/ValueSet/${set.id!}`);
      expect(set).to.include({ status: 'draft', experimental: true });
      expect(set.copyright).to.be.a('string');
    });

    it(`${file} has valid codes, each once, and none that may not be distributed`, () => {
      expect(JSON.stringify(set.compose)).not.to.match(NEVER);
      const codes = set.compose!.include.flatMap(({ system, concept = [] }) =>
        concept.map(({ code }) => ({ system, code })),
      );
      expect(codes).not.to.have.length(0);
      expect(new Set(codes.map(({ system, code }) => `${system!}|${code}`)).size).to.equal(codes.length);
      const wrong = codes.filter(({ system, code }) => !canBe(system!, code));
      expect(wrong).to.deep.equal([]);
    });
  }

  it('are checked for the form of codes and their check digits', () => {
    expect(canBe('http://loinc.org', '4548-4')).to.equal(true);
    expect(canBe('http://loinc.org', '4548-5')).to.equal(false);
    expect(canBe('http://snomed.info/sct', '73761001')).to.equal(true);
    expect(canBe('http://snomed.info/sct', '73761010')).to.equal(false);
    expect(canBe('http://hl7.org/fhir/sid/icd-10-cm', 'E1165')).to.equal(false);
    expect(canBe('http://www.ama-assn.org/go/cpt', '99214')).to.equal(false);
  });
});

function canBe(system: string, code: string): boolean {
  switch (system) {
    case 'http://loinc.org':
      return /^\d{1,7}-\d$/.test(code) && luhn(code.replace('-', ''));
    case 'http://snomed.info/sct':
      return /^\d{6,18}$/.test(code) && code.at(-3) !== undefined && verhoeff(code);
    case 'http://hl7.org/fhir/sid/icd-10-cm':
      return /^[A-TV-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$/.test(code);
    case 'http://www.cms.gov/Medicare/Coding/ICD10':
      return /^[0-9A-HJ-NP-Z]{7}$/.test(code);
    case 'http://www.nlm.nih.gov/research/umls/rxnorm':
      return /^\d{1,7}$/.test(code);
    case 'http://hl7.org/fhir/sid/cvx':
      return /^\d{2,3}$/.test(code);
    default:
      return false;
  }
}

/** LOINC's check digit (mod 10). */
function luhn(digits: string): boolean {
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, place) => {
      const value = Number(digit) * (place % 2 === 1 ? 2 : 1);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
  return sum % 10 === 0;
}

/** SNOMED CT's check digit (Verhoeff). */
function verhoeff(digits: string): boolean {
  let check = 0;
  for (const [place, digit] of Array.from(digits).reverse().entries()) {
    check = dihedral(check, permuted(Number(digit), place));
  }
  return check === 0;
}

function dihedral(a: number, b: number): number {
  if (a < 5) return b < 5 ? (a + b) % 5 : 5 + ((a + b) % 5);
  return b < 5 ? 5 + ((a - b + 5) % 5) : (a - b + 5) % 5;
}

function permuted(digit: number, times: number): number {
  let at = digit;
  for (let time = 0; time < times % 8; time++) at = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4][at]!;
  return at;
}
