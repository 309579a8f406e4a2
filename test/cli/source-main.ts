/** The command line from its sources, workers too: `node --import tsx test/cli/source-main.ts convert …` */
import { main } from '../../src/cli/main.js';

process.exitCode = await main(process.argv.slice(2), process, {
  converter: new URL('../../src/convert.ts', import.meta.url).href,
  worker: new URL('./source-worker.mjs', import.meta.url).href,
});
