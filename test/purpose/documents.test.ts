/** What an analyst would try: whole documents, changed where a purpose could be fooled. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Bundle, GuidanceResponse, OperationOutcome, Parameters, ParametersParameter } from 'fhir/r4.js';
import { answerParametersOf } from '../../src/purpose/answers/parameters.js';
import { loadPurposes } from '../../src/purpose/load.js';
import { buildRecords } from '../../src/record/build-records.js';
import type { PersonRecord, RecordDocument } from '../../src/record/person-record.js';
import { answerPurpose } from '../../src/purpose/answer-purpose.js';
import { ask, item, packagedPurposes } from './asking.js';
import { converter } from '../packaged-converter.js';

/** A sample, changed; every change must change something. */
function changed(sample: string, ...changes: readonly (readonly [string | RegExp, string])[]): RecordDocument {
  let text = readFileSync(new URL(`../../samples/${sample}.xml`, import.meta.url), 'utf8');
  for (const [from, to] of changes) {
    const next = text.replace(from, to);
    expect(next, String(from)).not.to.equal(text);
    text = next;
  }
  const { bundle, trace } = converter.convert(Buffer.from(text), { trace: true });
  return { bundle, trace, name: `${sample}.xml` };
}

const MASTECTOMY = 'quality-breast-screening-exclusion';
const END = { to: '2024-12-31' };
/** The problem, its concern and the procedure stand in these places of the exchange's summary. */
const PROBLEM = /(<observation classCode="OBS" moodCode="EVN")(?=>(?:(?!<observation)[^])*?428529004)/;
const PROCEDURE = /(<procedure classCode="PROC" moodCode="EVN")(?=>(?:(?!<procedure)[^])*?27865001)/;

describe('purposes of changed documents', () => {
  it('take no mastectomy that the document negates', () => {
    const document = changed(
      'exchange-summary',
      [PROBLEM, '$1 negationInd="true"'],
      [PROCEDURE, '$1 negationInd="true"'],
    );
    const answer = ask(MASTECTOMY, [document], END);
    expect(answer.findings.get('both-absent')).to.equal('not-shown');
    expect(item(answer, 'bilateral').missing?.reason).to.equal('stated-absent');
    expect(item(answer, 'bilateral').turnedAway.map(({ reason }) => reason)).to.deep.equal([
      'stated-absent',
      'stated-absent',
    ]);
  });

  it('take no mastectomy that is planned', () => {
    const document = changed(
      'exchange-summary',
      [PROBLEM, '$1 negationInd="true"'],
      [PROCEDURE, '<procedure classCode="PROC" moodCode="INT"'],
    );
    const answer = ask(MASTECTOMY, [document], END);
    expect(answer.findings.get('both-absent')).to.equal('not-shown');
    expect(JSON.stringify(item(answer, 'bilateral').found)).to.equal('[]');
  });

  it('take no procedure that was aborted or cancelled', () => {
    for (const status of ['aborted', 'cancelled']) {
      const document = changed(
        'exchange-summary',
        [PROBLEM, '$1 negationInd="true"'],
        [/(<procedure [^]*?<statusCode code=")completed/, `$1${status}`],
      );
      expect(item(ask(MASTECTOMY, [document], END), 'bilateral').found, status).to.have.length(0);
    }
  });

  it('name both documents if one says a fact and another denies it', () => {
    const says = changed('exchange-summary');
    const denies = changed(
      'exchange-summary',
      [PROBLEM, '$1 negationInd="true"'],
      [/(<id root="2\.16\.840\.1\.113883\.19\.[^"]*" extension=")/, '$1second-'],
      ['20240802', '20240902'],
    );
    const answer = ask(MASTECTOMY, [says, denies], END);
    const { found, turnedAway } = item(answer, 'bilateral');
    const told = JSON.stringify(answerParametersOf(answer));
    // Whichever stands, the other is told: as not accepted, or as a conflict of the one that stands.
    expect(found.length + turnedAway.length).to.be.greaterThan(1);
    expect(told).to.contain('refuted');
  });

  it('report a section without entries as narrative, with its line', () => {
    const document = changed(
      'exchange-summary',
      [/(<code code="47519-4"(?:(?!<\/section>)[^])*?<\/text>)(?:(?!<\/section>)[^])*/, '$1'],
      [/<component>\s*<section>(?:(?!<\/section>)[^])*428529004(?:(?!<\/section>)[^])*<\/section>\s*<\/component>/, ''],
    );
    const answer = ask(MASTECTOMY, [document], END);
    expect(item(answer, 'bilateral').missing?.reason).to.equal('narrative-only');
    const guidance = parametersOf(answerParametersOf(answer), 'missing')
      .map(({ resource }) => resource as GuidanceResponse)
      .find(({ id }) => id === 'missing-bilateral');
    const near = (guidance!.contained![0] as OperationOutcome).issue[0]!;
    expect(near.details?.text).to.match(/47519-4.*has a narrative and no entry \(it begins at line \d+, column \d+\)/);
    expect(near.expression?.[0]).to.match(/^Composition\/[^.]+\.section\[\d+\]\.text$/);
  });

  it('accept nothing from an assembler if the provider of record is required, and name the assembler', () => {
    const assemblers = [{ name: custodianOf(changed('exchange-summary').bundle) }];
    const purposes = loadPurposes({ assemblers });
    const [record] = buildRecords([changed('exchange-summary')], { assemblers });
    const answer = answerPurpose(purposes, 'risk-profile', record!, { from: '2000-01-01', to: '2024-12-31' });
    const { found, turnedAway } = item(answer, 'diagnoses');
    expect(found).to.have.length(0);
    const kinds = new Set(
      turnedAway.flatMap(({ reason, source }) => (reason === 'source-not-accepted' ? [source?.kind] : [])),
    );
    expect([...kinds].every((kind) => kind === 'assembled' || kind === 'carried')).to.equal(true);
    expect(kinds.size).to.be.greaterThan(0);
  });

  it('refuse two people at once', () => {
    const other = changed('progress-note', [/(<patient[^>]*>[^]*?<birthTime value=")\d{8}/, '$119310101']);
    const records = buildRecords([changed('progress-note'), other]);
    expect(records).to.have.length(2);
    expect(birthDates(records)).to.have.length(2);
  });

  it('refuse an unknown parameter, with the nearest known one', () => {
    expect(() => ask('quality-glycemic-status', [changed('progress-note')], { form: '2024-01-01' })).to.throw(
      /has no parameter form.*from/,
    );
    expect(() => answerPurpose(packagedPurposes(), 'quality-glycaemic-status', buildRecords([])[0]!)).to.throw(
      /quality-glycemic-status/,
    );
  });

  it('refuse a window that ends before it begins, and an invalid date', () => {
    const asked = (from: string, to: string) => () =>
      ask('quality-glycemic-status', [changed('progress-note')], { from, to });
    expect(asked('2024-12-31', '2024-01-01')).to.throw(/from is later than to/);
    expect(asked('2024-02-30', '2024-12-31')).to.throw(/from is a date/);
    expect(asked('31.12.2024', '2024-12-31')).to.throw(/from is a date/);
  });
});

function parametersOf({ parameter = [] }: Parameters, name: string): ParametersParameter[] {
  return parameter.filter((one) => one.name === name);
}

function custodianOf({ entry = [] }: Bundle): string {
  const found = entry.map(({ resource }) => resource).find((one) => one?.resourceType === 'Composition');
  const { reference } = (found as { custodian?: { reference?: string } }).custodian ?? {};
  const organization = entry.find(({ fullUrl }) => fullUrl === reference)?.resource as { name?: string };
  return organization.name!;
}

function birthDates(records: readonly PersonRecord[]): string[] {
  return records.flatMap(({ patients }) => patients.map((one) => (one as { birthDate: string }).birthDate));
}
