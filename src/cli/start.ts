/** The command line, from the arguments of the process to its exit code. */
import { main } from './main.js';
import { surviveGoneReaders } from './terminal.js';

surviveGoneReaders(process);

const [command, ...rest] = process.argv.slice(2);
if (command === 'serve') {
  // Loaded only when it is needed: a conversion needs nothing of it.
  const { serve } = await import('../service/serve.js');
  process.exitCode = await serve(rest);
} else {
  process.exitCode = await main(process.argv.slice(2), process, {
    converter: new URL('../convert.js', import.meta.url).href,
    worker: new URL('./worker.js', import.meta.url).href,
  });
}
