/**
 * How much work something is, counted and not timed: a count is the same on every machine and under any load. V8 counts how
 * often each block of the project's code runs (the counters of coverage); what runs inside of built-in functions is
 * counted by the length of what they look through.
 */
import { Session } from 'node:inspector';
import type { Profiler } from 'node:inspector';
import { fileURLToPath } from 'node:url';

const source = new URL('../../src/', import.meta.url).href;
const built = new URL('../../dist/', import.meta.url).href;

export interface Work {
  /** All of it, as one number. */
  readonly total: number;
  /** The functions that did most, with what they did: where to look. */
  readonly most: readonly string[];
}

/**
 * Begins to count. Only code that is loaded afterwards has counters for its blocks, so this comes before the import of what
 * is to be counted; and it takes the counts of coverage away (c8), so it has a process of its own.
 */
export function startCounting(): (run: () => void) => Work {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return (run) => workOf(session, run);
}

function workOf(session: Session, run: () => void): Work {
  let scripts: Profiler.ScriptCoverage[] = [];
  const take = (): void => {
    // Taking the counts sets them back; it is done before `post` returns.
    session.post('Profiler.takePreciseCoverage', (_error, { result }) => {
      scripts = result;
    });
  };
  take();
  const natives = countNatives();
  try {
    run();
  } finally {
    natives.stop();
  }
  take();
  const counts = natives.count();
  for (const { url, functions } of scripts) {
    if (!url.startsWith(source) && !url.startsWith(built)) continue;
    const file = fileURLToPath(url).replace(/^.*\/(src|dist)\//, '');
    for (const { functionName, ranges } of functions) {
      const count = ranges.reduce((sum, range) => sum + range.count, 0);
      if (count > 0) counts.push([`${functionName} ${file}@${ranges[0]!.startOffset}`, count]);
    }
  }
  counts.sort(([, one], [, other]) => other - one);
  return {
    total: counts.reduce((sum, [, count]) => sum + count, 0),
    most: counts.slice(0, 8).map(([name, count]) => `${name}: ${count}`),
  };
}

/** What a call of a built-in function looks through, by what it was called on, with what, and what it answered. */
type Cost = (on: { length: number }, values: readonly unknown[], answer: unknown) => number;

const all: Cost = ({ length }) => length;
const answered: Cost = (_on, _values, answer) => (answer as { length: number }).length;
const upToFound: Cost = ({ length }, _values, answer) => (typeof answer === 'number' && answer >= 0 ? answer : length);
const moved: Cost = ({ length }, [start]) => Math.max(length - Number(start), 0);

const LOOKING: readonly [object, Readonly<Record<string, Cost>>][] = [
  [Array.prototype, { includes: all, indexOf: upToFound, splice: moved, slice: answered, concat: answered, join: all }],
  [String.prototype, { replace: all, replaceAll: all, includes: all, split: all, toLowerCase: all }],
];

function countNatives(): { count: () => [string, number][]; stop: () => void } {
  const counts = new Map<string, number>();
  const restore: (() => void)[] = [];
  for (const [prototype, costs] of LOOKING) {
    for (const [name, cost] of Object.entries(costs)) {
      const descriptor = Object.getOwnPropertyDescriptor(prototype, name)!;
      const original = descriptor.value as (...values: unknown[]) => unknown;
      Object.defineProperty(prototype, name, {
        ...descriptor,
        value: function (this: { length: number }, ...values: unknown[]): unknown {
          const answer = original.apply(this, values);
          counts.set(name, (counts.get(name) ?? 0) + cost(this, values, answer));
          return answer;
        },
      });
      restore.push(() => Object.defineProperty(prototype, name, descriptor));
    }
  }
  return {
    count: () => [...counts].map(([name, count]) => [`built-in ${name}`, count]),
    stop: () => {
      restore.forEach((put) => put());
    },
  };
}
