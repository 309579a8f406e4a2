import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { hasCode } from '../../src/terminology/codes.js';
import { codesOf } from '../../src/fhir/elements.js';
import { compileConceptMap, type ConceptMapTable } from '../../src/terminology/concept-map.js';

const folder = new URL('../../mappings/conceptmaps/', import.meta.url);
const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));

interface Resource {
  url: string;
  targetUri?: string;
}

function read(name: string): Resource {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Resource;
}

function table(name: string): ConceptMapTable {
  return compileConceptMap(read(name));
}

/** `code -> target`, with `~` before a lossy one and `-` for none. */
function shown(name: string, ...codes: string[]): string[] {
  const map = table(name);
  return codes.map((code) => {
    const found = map.translate(code);
    return `${code} ${found === undefined ? '-' : (found.lossy ? '~' : '') + found.code}`;
  });
}

describe('packaged ConceptMaps', () => {
  for (const name of names) {
    it(`${name} is a ConceptMap under its own name`, () => {
      expect(table(name).url).to.equal(`urn:cairn:conceptmap:${name}`);
    });

    it(`${name} gives only codes of its target value set`, () => {
      const { targetUri } = read(name);
      if (targetUri === undefined) return;
      const codes = codesOf(targetUri);
      for (const { system, code } of table(name).targets) {
        // US Core adds a category of its own to an extensible set.
        if (system?.startsWith('http://hl7.org/fhir/us/core/')) continue;
        // A set that R4 gives as an example only is not in its table; the code must be one of its system all the same.
        if (codes === undefined) expect(hasCode(system ?? '', code), code).to.equal(true);
        else expect(codes.get(code)?.system, code).to.equal(system);
      }
    });
  }

  it('distinguish resolved and inactive, and give no clinical status for the certainty of a diagnosis', () => {
    expect(shown('problem-status', '55561003', '73425007', '413322009', '90734009', '410516002')).to.deep.equal([
      '55561003 active',
      '73425007 inactive',
      '413322009 resolved',
      '90734009 ~active',
      '410516002 -',
    ]);
  });

  it('make every finished concern inactive, which loses how it ended', () => {
    expect(shown('concern-status', 'active', 'Active', 'completed', 'aborted', 'nullified')).to.deep.equal([
      'active active',
      'Active ~active',
      'completed ~inactive',
      'aborted ~inactive',
      'nullified -',
    ]);
  });

  it('give a status for every act status that needs one, and unknown for an invalid one', () => {
    const statuses = [
      'active',
      'completed',
      'aborted',
      'suspended',
      'held',
      'new',
      'cancelled',
      'nullified',
      'normal',
      'obsolete',
      '?',
    ];
    const required = {
      'procedure-status': 'unknown',
      'medication-status': 'unknown',
      'dispense-status': 'unknown',
      'result-status': 'unknown',
      'result-report-status': 'unknown',
      'encounter-status': 'unknown',
    };
    for (const [name, otherwise] of Object.entries(required)) {
      const map = table(name);
      for (const status of statuses) expect(map.translate(status)?.code, `${name} ${status}`).to.be.a('string');
      expect(map.translate('normal')?.code, name).to.equal(otherwise);
    }
  });

  it('give no status for an immunization in progress, since FHIR has none', () => {
    expect(shown('immunization-status', 'completed', 'active', 'nullified', 'aborted')).to.deep.equal([
      'completed completed',
      'active -',
      'nullified entered-in-error',
      'aborted ~not-done',
    ]);
  });

  it('take type and category from the kind of an allergy only if the kind says so', () => {
    expect(shown('allergy-type', '416098002', '419511003', '59037007', 'DALG', 'DINT')).to.deep.equal([
      '416098002 ~allergy',
      '419511003 -',
      '59037007 ~intolerance',
      'DALG ~allergy',
      'DINT -',
    ]);
    expect(shown('allergy-category', '416098002', '419511003', '414285001', '419199007', 'FINT')).to.deep.equal([
      '416098002 ~medication',
      '419511003 ~medication',
      '414285001 ~food',
      '419199007 -',
      'FINT ~food',
    ]);
  });

  it('turn a negated kind of allergy into the finding that there is no such allergy', () => {
    expect(shown('no-known-allergies', '419199007', '416098002', '414285001', '420134006')).to.deep.equal([
      '419199007 716186003',
      '416098002 409137002',
      '414285001 429625007',
      '420134006 -',
    ]);
  });

  it('take the graver of two severities', () => {
    expect(shown('severity', '255604002', '371923003', '371924009', '399166001')).to.deep.equal([
      '255604002 mild',
      '371923003 ~moderate',
      '371924009 ~severe',
      '399166001 ~severe',
    ]);
  });

  it('never turn a null flavour into a value', () => {
    expect(shown('null-flavor', 'NA', 'ASKU', 'UNK', '20120119')).to.deep.equal([
      'NA not-applicable',
      'ASKU asked-unknown',
      'UNK ~unknown',
      '20120119 ~error',
    ]);
  });

  it('derive the category of a condition from its section', () => {
    expect(table('problem-category').translate('75310-3', 'http://loinc.org')).to.include({
      system: 'http://hl7.org/fhir/us/core/CodeSystem/condition-category',
      code: 'health-concern',
    });
    expect(shown('problem-category', '11450-4', '46240-8', '10160-0')).to.deep.equal([
      '11450-4 problem-list-item',
      '46240-8 encounter-diagnosis',
      '10160-0 -',
    ]);
  });
});
