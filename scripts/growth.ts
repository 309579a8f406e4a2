/**
 * How the work of a conversion grows with its document, for hostile shapes: `npm run growth -- [SHAPE...] [SIZE]`. It counts
 * and takes no time (test/hostile/work.ts). Each shape is made at SIZE, twice and four times SIZE; where the last doubling
 * adds more than 2.3 times what the one before added, the script fails and names the functions that did most.
 */
import { growthOf } from '../test/hostile/growth.js';
import { shapes } from '../test/hostile/shapes.js';
import { startCounting } from '../test/hostile/work.js';

const MOST = 2.3;

const args = process.argv.slice(2);
const wanted = args.filter((one) => !/^\d+$/.test(one));
const size = Number(args.find((one) => /^\d+$/.test(one)) ?? 600);
const workOf = startCounting();
const { createConverter, writeJson } = await import('../src/index.js');
const converter = createConverter();
let worst = 0;
for (const [name, shape] of Object.entries(shapes)) {
  if (wanted.length > 0 && !wanted.some((one) => name.includes(one))) continue;
  const { ratio, work, output, most } = growthOf(shape, size, converter, writeJson, workOf);
  worst = Math.max(worst, ratio);
  console.log(`${ratio.toFixed(2)}  ${name.padEnd(55)} work ${work.join(', ')}; output ${output.join(', ')}`);
  if (ratio > MOST || wanted.length === 1) console.log(most.map((line) => `        ${line}`).join('\n'));
}
console.log(`worst: ${worst.toFixed(2)}`);
process.exitCode = worst > MOST ? 1 : 0;
