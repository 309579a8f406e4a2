/**
 * Requests that arrive at random like those of many clients (a Poisson process, the same in every
 * run), whether or not earlier ones are answered. Latency counts from the moment of arrival.
 */
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { watchOthers } from './others.mjs';

export async function arrive({ address, pid }, documents, { seconds, perSecond }) {
  const agent = new Agent({ keepAlive: true });
  const othersShare = watchOthers(pid);
  const random = seeded(1);
  const started = performance.now();
  const pending = [];
  const latencies = [];
  let failed = 0;
  for (let at = 0, index = 0; at < seconds * 1000; at += (-Math.log(1 - random()) * 1000) / perSecond, index++) {
    const late = performance.now() - started - at;
    if (late < 0) await delay(-late);
    const arrival = started + at;
    const sent = post(`${address}/convert`, documents[index % documents.length], agent).then((status) => {
      if (status === 200) latencies.push(performance.now() - arrival);
      else failed++;
    });
    pending.push(sent);
  }
  await Promise.all(pending);
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const percentile = (part) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))];
  return {
    perSecond: latencies.length / seconds,
    p50: percentile(0.5),
    p97: percentile(0.975),
    p99: percentile(0.99),
    max: latencies.at(-1),
    failed,
    others: othersShare(),
  };
}

function post(address, body, agent) {
  return new Promise((resolve) => {
    const headers = { 'Content-Type': 'application/xml', 'Content-Length': body.length };
    request(address, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    })
      .on('error', () => resolve(0))
      .end(body);
  });
}

/** A small generator (mulberry32). */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
