import { expect } from 'chai';
import { parseTs } from '../../../src/cda/types/ts.js';

function parts(text: string): string | undefined {
  const point = parseTs(text);
  if (point === undefined) return undefined;
  const { precision, year, month, day, hour, minute, second, fraction, offset } = point;
  return `${precision} ${[year, month, day, hour, minute, second].join(' ').trim()}${fraction} ${offset}`.trim();
}

describe('A TS', () => {
  it('is read at every precision', () => {
    expect(parts('2015')).to.equal('year 2015');
    expect(parts('201506')).to.equal('month 2015 06');
    expect(parts('20150622')).to.equal('day 2015 06 22');
    expect(parts('2015062210')).to.equal('hour 2015 06 22 10');
    expect(parts('201506221030')).to.equal('minute 2015 06 22 10 30');
    expect(parts('20150622103045')).to.equal('second 2015 06 22 10 30 45');
    expect(parts('20150622103045.250')).to.equal('second 2015 06 22 10 30 45.250');
  });

  it('is read with its offset in every unambiguous form', () => {
    for (const offset of ['-0500', '-05:00', '-05']) {
      expect(parts(`20150622103045${offset}`), offset).to.equal('second 2015 06 22 10 30 45 -05:00');
    }
    expect(parts('201506221030Z')).to.equal('minute 2015 06 22 10 30 Z');
    expect(parts('20150622103045.5+1400')).to.equal('second 2015 06 22 10 30 45.5 +14:00');
  });

  it('is only a date if no place has its offset', () => {
    expect(parts('20150622103045-9900')).to.equal('day 2015 06 22');
    expect(parts('20150622103045+1430')).to.equal('day 2015 06 22');
    expect(parts('20150622103045+0575')).to.equal('day 2015 06 22');
  });

  it('is read in the extended form of ISO 8601 too', () => {
    expect(parts('2015-06')).to.equal('month 2015 06');
    expect(parts('2015-06-22')).to.equal('day 2015 06 22');
    expect(parts('2015-06-22T10:30:45.5-05:00')).to.equal('second 2015 06 22 10 30 45.5 -05:00');
    expect(parts('2015-06-22 10:30')).to.equal('minute 2015 06 22 10 30');
    expect(parts('20150622T10:30')).to.equal('minute 2015 06 22 10 30');
    expect(parts('20150622T103045Z')).to.equal('second 2015 06 22 10 30 45 Z');
  });

  it('treats a part of 00, and the parts after it, as unknown', () => {
    expect(parts('20150000')).to.equal('year 2015');
    expect(parts('201500')).to.equal('year 2015');
    expect(parts('20150600')).to.equal('month 2015 06');
    expect(parts('20150022')).to.equal('year 2015');
    expect(parts('20150600000000-0500')).to.equal('month 2015 06');
    expect(parts('20150622000000')).to.equal('second 2015 06 22 00 00 00');
  });

  it('is absent for a day that does not exist', () => {
    for (const text of ['20150230', '20150431', '20151301', '201752', '19000229', '00000000', '00010101', '20150632']) {
      expect(parseTs(text), text).to.equal(undefined);
    }
    expect(parts('20000229')).to.equal('day 2000 02 29');
    expect(parts('20160229')).to.equal('day 2016 02 29');
  });

  it('is absent for an hour that does not exist, except for leap seconds and the end of a day', () => {
    for (const text of ['201506222500', '201506221060', '20150622103061', '20150622103060', '20150622240001']) {
      expect(parseTs(text), text).to.equal(undefined);
    }
    expect(parts('20150630235960Z')).to.equal('second 2015 06 30 23 59 60 Z');
    expect(parts('20150701052960+0530')).to.equal('second 2015 07 01 05 29 60 +05:30');
    expect(parts('201506222400')).to.equal('minute 2015 06 22 24 00');
  });

  it('is absent if its text is ambiguous', () => {
    for (const text of [
      '',
      '06/22/2015',
      '2015062',
      '201506221',
      '2017080882640-0600',
      '98',
      '2015-6-2',
      '22 Jun 2015',
    ]) {
      expect(parseTs(text), text).to.equal(undefined);
    }
    for (const text of ['201506-0500', '2015-0500', '198506221100-05AB', '20150622T', '20150622103045,5', ' 2015']) {
      expect(parseTs(text), text).to.equal(undefined);
    }
  });
});
