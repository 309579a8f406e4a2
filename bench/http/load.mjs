import autocannon from 'autocannon';
import { watchOthers } from './others.mjs';

/** Sends the documents in turn; milliseconds, and answers a second. */
export async function fire({ address, pid }, documents, { seconds, connections }) {
  const othersShare = watchOthers(pid);
  const result = await autocannon({
    url: `${address}/convert`,
    connections,
    duration: seconds,
    timeout: 60,
    requests: documents.map((body) => ({ method: 'POST', headers: { 'content-type': 'application/xml' }, body })),
  });
  const failed = result.non2xx + result.errors + result.timeouts;
  return {
    perSecond: result['2xx'] / result.duration,
    p50: result.latency.p50,
    p97: result.latency.p97_5,
    p99: result.latency.p99,
    max: result.latency.max,
    failed,
    others: othersShare(),
  };
}

export function table(title, rows) {
  console.log(title);
  console.log('  connections   documents/s   p50 ms   p97.5 ms   p99 ms   max ms   failed   taken by others');
  for (const { connections, perSecond, p50, p97, p99, max, failed, others } of rows) {
    const cells = [
      String(connections).padStart(13),
      perSecond.toFixed(1).padStart(14),
      ...[p50, p97, p99, max].map((value, index) => value.toFixed(0).padStart([9, 11, 9, 9][index])),
      String(failed).padStart(9),
      (others === undefined ? '' : `${others.toFixed(0)} %`).padStart(18),
    ];
    console.log(cells.join(''));
  }
  console.log('');
}
