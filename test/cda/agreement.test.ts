import { expect } from 'chai';
import { agreeInCode, agreeInDate, agreeInNumber, agreeInUnit, agreeInWords, daysIn } from '../../src/cda/agreement.js';

describe('dates agree', () => {
  for (const text of [
    '3/15/2012',
    '03-15-12',
    '15.3.2012',
    '2012-03-15',
    '2012/3/15 09:30',
    'March 15, 2012',
    'Mar 15th 2012',
    '15-Mar-2012',
    '15 March 2012',
    '20120315',
    '20120315093000-0500',
    'March 2012',
    '3/2012',
    '2012',
    'from 1/1/2010 to 3/15/2012',
    '3/16/2012',
  ])
    it(`in 20120315 and "${text}"`, () => expect(agreeInDate(['20120315'], text)).to.equal(true));

  for (const text of ['3/17/2012', '2012-04-15', 'March 15, 2013', '15-Apr-2012', 'April 2012', '2011', '1967/05/21'])
    it(`not in 20120315 and "${text}"`, () => expect(agreeInDate(['20120315'], text)).to.equal(false));

  it('as far as both are precise', () => {
    expect(agreeInDate(['2012'], 'March 15, 2012')).to.equal(true);
    expect(agreeInDate(['201203'], '3/31/2012')).to.equal(true);
    expect(agreeInDate(['201203'], '4/1/2012')).to.equal(false);
  });

  it('with any of several dates, and if the text has no date', () => {
    expect(agreeInDate(['20100101', '20120315'], '3/15/2012')).to.equal(true);
    expect(agreeInDate(['20120315'], 'two years ago')).to.equal(true);
    expect(agreeInDate([], '3/15/2012')).to.equal(true);
    expect(agreeInDate(['20120315'], '120/80 at 2012 Main Street')).to.equal(true);
  });

  it('whichever of day and month is meant', () => {
    expect(daysIn('3/4/2012')[0]).to.have.length(2);
    expect(agreeInDate(['20120403'], '3/4/2012')).to.equal(true);
  });
});

describe('numbers agree', () => {
  for (const [value, text] of [
    ['98.60', '98.6 F'],
    ['36.9', '37 C'],
    ['1234', '1,234 /uL'],
    ['120', '120/80 mmHg'],
    ['72.5', '160 lb (72.5 kg)'],
    ['0.5', '.5 mg'],
    ['7.169230783654252', '7.2 g/dL'],
    ['5', '> 5'],
  ] as const)
    it(`in ${value} and "${text}"`, () => expect(agreeInNumber([value], text)).to.equal(true));

  for (const [value, text] of [
    ['98.6', '99.6 F'],
    ['10', '100 mg'],
    ['1.5', '15 mg'],
    ['5', '< 50'],
  ] as const)
    it(`not in ${value} and "${text}"`, () => expect(agreeInNumber([value], text)).to.equal(false));

  it('with a text that is about something else', () => {
    expect(agreeInNumber(['98'], 'Comprehensive metabolic 2000 panel')).to.equal(true);
    expect(agreeInNumber(['98'], '3/15/2012 10:30')).to.equal(true);
    expect(agreeInNumber(['1'], 'take 2 tablets')).to.equal(true);
  });
});

describe('names agree', () => {
  for (const [name, text] of [
    ['Penicillin G benzathine 1200000 UNT/ML', 'PENICILLIN G'],
    ['Chronic obstructive pulmonary disease', 'COPD'],
    ['Essential hypertension (disorder)', 'Hypertension, essential'],
    ['Asthmatic bronchitis', 'Asthma'],
    ['Nuclear Ab [Titer]', 'Antinuclear antibodies'],
    ['Hypertension', 'HTN'],
    ['Diabetes mellitus', ''],
  ] as const)
    it(`in "${name}" and "${text}"`, () => expect(agreeInWords([name], text)).to.equal(true));

  for (const [name, text] of [
    ['Asthma', 'Diabetes mellitus type 2'],
    ['Penicillin G', 'Codeine sulfate'],
    ['Acute disorder of kidney', 'Acute disorder of the liver'],
  ] as const)
    it(`not in "${name}" and "${text}"`, () => expect(agreeInWords([name], text)).to.equal(false));
});

describe('codes agree', () => {
  it('if they are the same with or without points', () => {
    expect(agreeInCode(['I10'], 'I10')).to.equal(true);
    expect(agreeInCode(['E11.9'], 'ICD-10: E119')).to.equal(true);
    expect(agreeInCode(['2345-7'], 'LOINC 2345-7')).to.equal(true);
  });

  it('not if the text has another code of the same form', () => {
    expect(agreeInCode(['2345-7'], '2160-0')).to.equal(false);
    expect(agreeInCode(['38341003'], 'SNOMED CT 195967001')).to.equal(false);
    expect(agreeInCode(['E11.9'], 'E11.65')).to.equal(false);
  });

  it('if they have different forms', () => {
    expect(agreeInCode(['38341003'], 'I10.0')).to.equal(true);
    expect(agreeInCode(['38341003'], 'see chart')).to.equal(true);
  });
});

describe('units agree', () => {
  for (const [unit, text] of [
    ['mg', '5 mg'],
    ['mg', '5mg, daily'],
    ['[lb_av]', '194 lbs'],
    ['ug', '50 mcg'],
    ['ng/mL', '3.1 ug/L'],
    ['Cel', '37 °C'],
    ['{tbl}', '2 tablets'],
    ['mg', '2 tablets'],
    ['mg', 'take 5 g'],
    ['%', '5 g'],
    ['mg', '5'],
  ] as const)
    it(`in ${unit} and "${text}", or can't be compared`, () => expect(agreeInUnit([unit], text)).to.equal(true));

  for (const [unit, text] of [
    ['g', '5 mg'],
    ['kg', '194 lb'],
    ['mg', '50 mcg daily'],
    ['Cel', '98.6 F'],
    ['g/dL', '12 mg/dL'],
    ['cm', '70 in'],
  ] as const)
    it(`not in ${unit} and "${text}"`, () => expect(agreeInUnit([unit], text)).to.equal(false));
});
