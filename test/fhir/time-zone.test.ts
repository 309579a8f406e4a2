import { expect } from 'chai';
import { parseTs } from '../../src/cda/types/ts.js';
import { borrowedOffset, isTimeZone } from '../../src/fhir/time-zone.js';

const offset = (zone: string, text: string): string | undefined =>
  borrowedOffset({ kind: 'zone', zone }, parseTs(text)!);

describe('An offset from a time zone', () => {
  it('follows daylight saving', () => {
    expect(offset('America/Chicago', '20150701120000')).to.equal('-05:00');
    expect(offset('America/Chicago', '20151201120000')).to.equal('-06:00');
    expect(offset('Australia/Lord_Howe', '20150701120000')).to.equal('+10:30');
    expect(offset('Asia/Kathmandu', '20150701120000')).to.equal('+05:45');
    expect(offset('Etc/UTC', '20150701120000')).to.equal('+00:00');
  });

  it('is certain just before and after the clocks change', () => {
    expect(offset('America/New_York', '20150308015959')).to.equal('-05:00');
    expect(offset('America/New_York', '20150308030000')).to.equal('-04:00');
    expect(offset('America/New_York', '20151101005959')).to.equal('-04:00');
    expect(offset('America/New_York', '20151101020000')).to.equal('-05:00');
  });

  it('is absent for a local time that the zone has twice or never', () => {
    expect(offset('America/New_York', '20151101010000')).to.equal(undefined);
    expect(offset('America/New_York', '20150308020000')).to.equal(undefined);
    expect(offset('Pacific/Apia', '20111230120000')).to.equal(undefined);
  });

  it('is absent for times before zones were whole minutes', () => {
    expect(offset('America/New_York', '18800101120000')).to.equal(undefined);
  });

  it('is absent for a zone that does not exist', () => {
    expect(offset('Mars/Olympus', '20150701120000')).to.equal(undefined);
    expect(isTimeZone('Mars/Olympus')).to.equal(false);
    expect(isTimeZone('America/New_York')).to.equal(true);
  });
});
