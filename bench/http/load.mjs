import autocannon from 'autocannon';

/** Sends the documents in turn; milliseconds, and answers a second. */
export async function fire(address, documents, { seconds, connections, rate }) {
  const result = await autocannon({
    url: `${address}/convert`,
    connections,
    duration: seconds,
    timeout: 60,
    ...(rate === undefined ? {} : { overallRate: rate }),
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
  };
}

export function table(title, rows) {
  console.log(title);
  console.log('  connections   documents/s   p50 ms   p97.5 ms   p99 ms   max ms   failed');
  for (const { connections, perSecond, p50, p97, p99, max, failed } of rows) {
    const cells = [
      String(connections).padStart(13),
      perSecond.toFixed(1).padStart(14),
      ...[p50, p97, p99, max].map((value, index) => value.toFixed(0).padStart([9, 11, 9, 9][index])),
      String(failed).padStart(9),
    ];
    console.log(cells.join(''));
  }
  console.log('');
}
