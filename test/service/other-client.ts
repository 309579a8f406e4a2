/**
 * Another client of the service, in a process of its own so that nothing slows it down but the service: converts a
 * small document again and again, and tells at the end what was not as it should be.
 */
import { readFileSync } from 'node:fs';

const address = process.argv[2]!;
const sample = readFileSync(new URL('../../samples/progress-note.xml', import.meta.url));
const troubles: string[] = [];
const stop = new AbortController();
process.once('message', () => {
  stop.abort();
});

while (!stop.signal.aborted) {
  await new Promise((resolve) => setTimeout(resolve, 100));
  try {
    const live = await fetch(`${address}/livez`, { signal: AbortSignal.timeout(5000) });
    if (live.status !== 200) troubles.push(`livez ${live.status}`);
    const response = await fetch(`${address}/convert`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/xml' },
      body: sample,
      signal: AbortSignal.timeout(10_000),
    });
    await response.arrayBuffer();
    // A full queue is a clear answer; a pipeline comes again.
    if (response.status !== 200 && response.status !== 503) troubles.push(`convert ${response.status}`);
  } catch (error) {
    troubles.push(String(error));
  }
}
process.send!(troubles, () => process.disconnect());
