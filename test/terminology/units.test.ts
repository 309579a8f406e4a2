import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ucum } from '../../src/terminology/units.js';

const units = JSON.parse(readFileSync(new URL('../../src/terminology/units.json', import.meta.url), 'utf8')) as {
  known: string[];
  corrections: Record<string, string[]>;
  text: string[];
};
const wrong = Object.values(units.corrections).flat();

function valid(unit: string): boolean {
  const library = createRequire(import.meta.url)('@lhncbc/ucum-lhc') as {
    UcumLhcUtils: { getInstance(): { validateUnitString(unit: string): { status: string; ucumCode: string } } };
  };
  const { status, ucumCode } = library.UcumLhcUtils.getInstance().validateUnitString(unit);
  return status === 'valid' && ucumCode === unit;
}

describe('units of measure', () => {
  it('keeps valid UCUM, with its letter case', () => {
    for (const unit of ['mg/dL', 'mg/dl', 'mm[Hg]', '%', '1', '10*3/uL', '10^3/ul', '[lb_av]', 'ng/mL{FEU}', 'Cel']) {
      expect(ucum(unit), unit).to.deep.equal({ code: unit, corrected: false });
    }
  });

  it('checks units that are not in the table with the grammar', () => {
    for (const unit of ['pmol/(8.h.mL)', 'ug/kg/(8.h)', "[arb'U]/L", 'mmol/kg/h', 'm[H2O]']) {
      expect(units.known, unit).to.not.include(unit);
      expect(ucum(unit), unit).to.deep.equal({ code: unit, corrected: false });
    }
    expect(ucum('mgg/dL')).to.equal(undefined);
    expect(ucum('mg/dLL')).to.equal(undefined);
  });

  it('accepts an annotation alone as a unit', () => {
    for (const unit of ['{tbl}', '{A_Tablet}', '{T-score}', '{cc}']) {
      expect(ucum(unit), unit).to.deep.equal({ code: unit, corrected: false });
    }
    for (const unit of ['{}', '{a', 'a}', '{a b}', '{{a}}', '{µ}']) expect(ucum(unit), unit).to.equal(undefined);
  });

  it('corrects what senders commonly write, and says so', () => {
    const expected = {
      mmHg: 'mm[Hg]',
      'MM[HG]': 'mm[Hg]',
      mcg: 'ug',
      µg: 'ug',
      lbs: '[lb_av]',
      tablet: '{tbl}',
      'x10E3/uL': '10*3/uL',
      '10+3/ul': '10*3/uL',
      'THOUS/MCL': '10*3/uL',
      'mL/min/1.73m2': 'mL/min/{1.73_m2}',
      'kg/m²': 'kg/m2',
      'IU/L': '[IU]/L',
      'mcIU/mL': 'u[IU]/mL',
      hours: 'h',
      'mEq/L': 'meq/L',
      '[DEGF]': '[degF]',
      units: '{unit}',
    };
    for (const [unit, code] of Object.entries(expected)) {
      expect(ucum(unit), unit).to.deep.equal({ code, corrected: true });
    }
  });

  it('corrects units that are valid but never meant: mega gauss, pico henry, exa ampere, kelvin a microlitre', () => {
    expect(ucum('MG')?.code).to.equal('mg');
    expect(ucum('MG/ML')?.code).to.equal('mg/mL');
    expect(ucum('PG')?.code).to.equal('pg');
    expect(ucum('pH')?.code).to.equal('[pH]');
    expect(ucum('EA')?.code).to.equal('{each}');
    expect(ucum('K/uL')?.code).to.equal('10*3/uL');
    expect(ucum('F')?.code).to.equal('[degF]');
    expect(ucum('ft')?.code).to.equal('[ft_i]');
    expect(ucum('Gm')?.code).to.equal('g');
    expect(ucum('mL/min/1.73.m2')?.code).to.equal('mL/min/{1.73_m2}');
  });

  it('keeps a text if it is not a unit, or if it is ambiguous', () => {
    const units = [
      'N/A',
      'NA',
      'BEDTIME',
      'QWEEK',
      'PRN',
      'TWICE,A,DAY',
      'X_10-3/uL',
      'MU',
      'ar',
      'CA',
      'CAS',
      'H',
      '',
      ' ',
    ];
    for (const unit of units) expect(ucum(unit), unit).to.equal(undefined);
  });

  it('is strict about letter case if no correction is known', () => {
    expect(ucum('Mmol')).to.deep.equal({ code: 'Mmol', corrected: false });
    expect(ucum('mmOL')).to.equal(undefined);
    expect(ucum('Mm[Hg]')?.corrected).to.not.equal(true);
  });

  it('does not take words for units', () => {
    for (const unit of ['constructor', 'toString', 'mg/valueOf', '__proto__', 'hasOwnProperty', 'inhale']) {
      expect(ucum(unit), unit).to.equal(undefined);
    }
    expect(ucum('{suppository}/d')?.corrected).to.equal(false);
  });

  it('accepts no bare number as a unit, except 1', () => {
    expect(ucum('1')?.code).to.equal('1');
    for (const unit of ['0', '10', '100', '1.5']) expect(ucum(unit), unit).to.equal(undefined);
  });

  it('ignores blanks around a unit', () => {
    expect(ucum(' mg/dL')).to.deep.equal({ code: 'mg/dL', corrected: true });
    expect(ucum('mmHg ')).to.deep.equal({ code: 'mm[Hg]', corrected: true });
    expect(ucum(' BEDTIME ')).to.equal(undefined);
  });

  it('ignores texts that are too long, and uses bounded memory however many units there are', () => {
    expect(ucum('m.'.repeat(5000) + 'm')).to.equal(undefined);
    for (let i = 0; i < 3000; i += 1) ucum(`{x${String(i)}}`);
    expect(ucum('{x0}')).to.deep.equal({ code: '{x0}', corrected: false });
  });

  describe('in the table', () => {
    it('are valid UCUM if the table says so', () => {
      expect(units.known.filter((unit) => !valid(unit))).to.deep.equal([]);
      expect(Object.keys(units.corrections).filter((unit) => !valid(unit))).to.deep.equal([]);
    });

    it('are there once', () => {
      const all = [...units.known, ...wrong, ...units.text];
      expect(all.filter((unit, index) => all.indexOf(unit) !== index)).to.deep.equal([]);
    });

    it('are corrected to a known unit or an annotation', () => {
      const known = new Set(units.known);
      const targets = Object.keys(units.corrections);
      expect(targets.filter((unit) => !known.has(unit) && !/^\{\w+\}$/.test(unit))).to.deep.equal([]);
    });
  });
});
