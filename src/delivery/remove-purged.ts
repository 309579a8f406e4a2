/**
 * Removes purged resources from a FHIR server by DELETE requests. A resource is deleted before the resources that it
 * refers to.
 */
import { addressOf } from './entries.js';
import type { Locks } from './locks.js';
import type { LetGo, Purged } from './receiver.js';
import type { Verdict } from './verdict.js';

type Resource = Purged['resources'][number];

export interface RemoveOptions {
  readonly limits: { maxEntries: number };
  readonly locks: Locks;
  readonly send: (gone: readonly Resource[]) => Promise<Verdict>;
}

/** A conflict may pass. A resource stays only if it was refused so many times. */
const MOST_CONFLICTS = 3;

/**
 * Deletes the resources. One that other documents also have stays. One that the server refuses to delete, because
 * something refers to it, is told in `remains`.
 */
export async function removePurged(purged: Purged, { limits, locks, send }: RemoveOptions): Promise<LetGo> {
  const addresses = purged.resources.map(addressOf);
  // Locked, so that no delivery sends one of them meanwhile. A document that arrives now is either seen by `told`, or
  // sends its resources again afterwards.
  const release = await locks.take(addresses);
  const drop = addresses.length === 0 ? undefined : await purged.take?.(addresses);
  try {
    const told = await purged.told();
    const wanted = purged.resources.filter((resource) => !told.has(addressOf(resource)));
    const gone: Resource[] = [];
    let refused: Resource[] = [];
    let done: Verdict = { kind: 'done' };
    let trouble: Verdict = done;
    let waiting = inParts(wanted, limits.maxEntries);
    while (waiting.length > 0) {
      const before = gone.length;
      refused = [];
      for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
        const verdict = await send(part);
        if (verdict.kind === 'done') {
          gone.push(...part);
          done = verdict;
        } else if (!isAboutContent(verdict))
          return { verdict, gone: [], removed: 0, remains: wanted.slice(gone.length).map(addressOf) };
        else if (part.length > 1) {
          // Something else refers to one of them, or there are too many for one request. So the two halves are tried,
          // in their order.
          if (verdict.kind === 'smaller') limits.maxEntries = Math.max(1, Math.floor(part.length / 2));
          waiting.unshift(...inParts(part, Math.ceil(part.length / 2)));
        } else {
          refused.push(...part);
          trouble = verdict;
        }
      }
      // What referred to the remaining ones may be gone by now, so they are tried again.
      if (gone.length > before) waiting = inParts(refused, limits.maxEntries);
    }
    if (refused.length > 0 && trouble.kind === 'again' && purged.attempt < MOST_CONFLICTS)
      return { verdict: trouble, gone: [], removed: 0, remains: refused.map(addressOf) };
    return {
      verdict: refused.length === 0 ? done : refusal(trouble),
      gone,
      removed: gone.length,
      remains: refused.map(addressOf),
    };
  } finally {
    await drop?.().catch(() => undefined);
    release();
  }
}

/** Whether the answer is about the resources, and not about the server or the connection. */
function isAboutContent(verdict: Verdict): boolean {
  return (
    verdict.kind === 'refused' ||
    verdict.kind === 'smaller' ||
    (verdict.kind === 'again' && (verdict.why === 'conflict' || verdict.why === 'error'))
  );
}

function refusal(verdict: Verdict): Verdict {
  if (verdict.kind === 'done') return { kind: 'refused', why: 'refused' };
  const { why, status, outcome } = verdict;
  return {
    kind: 'refused',
    why,
    ...(status === undefined ? {} : { status }),
    ...(outcome === undefined ? {} : { outcome }),
  };
}

function inParts(resources: readonly Resource[], most: number): Resource[][] {
  const parts: Resource[][] = [];
  for (let at = 0; at < resources.length; at += most) parts.push(resources.slice(at, at + most));
  return parts;
}
