import { expect } from 'chai';
import { backoff, retryAfter } from '../../src/delivery/backoff.js';
import { verdictOf, type Verdict } from '../../src/delivery/verdict.js';

const verdict = (status: number | undefined, more: Record<string, string> = {}, body = ''): Verdict =>
  verdictOf(status === undefined ? undefined : { status, headers: more, body }, {
    attempt: 2,
    failures: 3,
    now: Date.parse('2026-01-01T00:00:00Z'),
    random: () => 1,
  });

describe('delivery/verdict', () => {
  it('knows the meaning of each answer', () => {
    expect([200, 201, 204].map((status) => verdict(status).kind)).to.deep.equal(['done', 'done', 'done']);
    expect([401, 403, 404, 405].map((status) => verdict(status).kind)).to.deep.equal(Array(4).fill('paused'));
    expect([400, 415, 422].map((status) => verdict(status).kind)).to.deep.equal(Array(3).fill('refused'));
    expect(verdict(413).kind).to.equal('smaller');
  });

  it('counts only failures that may be the fault of the document', () => {
    for (const status of [undefined, 408, 425, 429, 502, 503, 504])
      expect(verdict(status)).to.include({ kind: 'again', isCounted: false, wait: 8000 });
    expect(verdict(409)).to.include({ isCounted: true, most: 10, wait: 800 });
    expect(verdict(412)).to.include({ isCounted: true, most: 10 });
    expect(verdict(500)).to.include({ isCounted: true, most: 5, wait: 4000 });
  });

  it('waits as long as Retry-After asks, as seconds or as a date', () => {
    expect(verdict(503, { 'retry-after': '120' })).to.include({ wait: 120_000 });
    expect(verdict(429, { 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' })).to.include({ wait: 60_000 });
    expect(verdict(503, { 'retry-after': 'soon' })).to.include({ wait: 8000 });
    expect(retryAfter('999999999', 0)).to.equal(86_400_000);
    expect(retryAfter('Thu, 01 Jan 1970 00:00:00 GMT', 1e12)).to.equal(0);
  });

  it('keeps an answer of the receiver only if it is an OperationOutcome', () => {
    expect(verdict(422, {}, '{"resourceType":"OperationOutcome","issue":[]}')).to.have.property('outcome');
    expect(verdict(422, {}, '{"resourceType":"Patient"}')).not.to.have.property('outcome');
    expect(verdict(422, {}, '<html>')).not.to.have.property('outcome');
  });

  it('waits twice as long with each try, up to a limit', () => {
    const waits = [0, 1, 2, 20, 2000].map((attempt) => backoff(attempt, { first: 200, most: 8000 }, () => 1));
    expect(waits).to.deep.equal([200, 400, 800, 8000, 8000]);
    expect(backoff(5, { first: 200, most: 8000 }, () => 0)).to.equal(0);
  });
});
