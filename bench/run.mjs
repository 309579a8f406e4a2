/**
 * Milliseconds for each megabyte of XML, on one core, side by side:
 *
 *   node run.mjs [FOLDER] [--rounds 8] [--sample N] [--below BYTES]
 *
 * Each document goes through all contenders before the next one, so that other load on the machine affects all
 * alike. Only documents that all of them convert count; the first round is a warm-up and does not count.
 */
import { parseArgs } from 'node:util';
import { contenders } from './contenders.mjs';
import { documents } from './documents.mjs';

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '8' }, sample: { type: 'string' }, below: { type: 'string' } },
  allowPositionals: true,
});
const below = Number(values.below ?? Infinity);
const found = documents(positionals[0]).filter(({ bytes }) => bytes.length < below);
const all = slice(found, Number(values.sample ?? Infinity));
const names = Object.keys(contenders);
const failures = new Map(names.map((name) => [name, 0]));

// Some report what they can't read on the console, a million times.
const log = console.log;
console.log = console.warn = console.error = () => {};

const common = all.filter(({ bytes }) => names.map((name) => succeeds(name, bytes)).every(Boolean));
const megabytes = common.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6;
const rounds = Array.from({ length: Number(values.rounds) }, round);

log(
  `${common.length} documents of ${all.length}, ${megabytes.toFixed(1)} MB, ${rounds.length} rounds, Node ${process.version}\n`,
);
log(`${'documents'.padStart(11)}${'ms per MB'.padStart(11)}${'least'.padStart(8)}${'most'.padStart(8)}   ratio`);
const figures = names.map((name) => rounds.map((times) => times.get(name) / megabytes).sort((a, b) => a - b));
names.forEach((name, index) => {
  const sorted = figures[index];
  const columns = [
    String(all.length - failures.get(name)).padStart(11),
    median(sorted).toFixed(1).padStart(11),
    sorted[0].toFixed(1).padStart(8),
    sorted.at(-1).toFixed(1).padStart(8),
    (median(sorted) / median(figures[0])).toFixed(2).padStart(8),
  ];
  log(`${columns.join('')}  ${name}`);
});

function succeeds(name, bytes) {
  try {
    contenders[name](bytes);
    return true;
  } catch {
    failures.set(name, failures.get(name) + 1);
    return false;
  }
}

/**
 * Each round starts with another contender, and every second round goes backwards, because a contender has to collect the
 * garbage of the one before, and finds the caches filled with it.
 */
function round(_, number) {
  const times = new Map(names.map((name) => [name, 0]));
  const rotated = names.map((_, index) => names[(index + number) % names.length]);
  const order = number % 2 === 0 ? rotated : rotated.reverse();
  for (const { bytes } of common) {
    for (const name of order) {
      const start = performance.now();
      contenders[name](bytes);
      times.set(name, times.get(name) + performance.now() - start);
    }
  }
  return times;
}

function slice(documents, size) {
  if (size >= documents.length) return documents;
  return Array.from({ length: size }, (_, index) => documents[Math.floor((index * documents.length) / size)]);
}

function median(sorted) {
  return sorted[Math.floor(sorted.length / 2)];
}
