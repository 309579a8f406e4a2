/** The command line, from the arguments of the process to its exit code. */
import { main } from './main.js';

// A reader that went away (`| head`) is told by a failed write, which is looked at where it happens.
process.stdout.on('error', ignore);
process.stderr.on('error', ignore);

const [command, ...rest] = process.argv.slice(2);
if (command === 'serve') {
  // Loaded late: a conversion needs nothing of it.
  const { serve } = await import('../service/serve.js');
  process.exitCode = await serve(rest);
} else {
  process.exitCode = await main(process.argv.slice(2), process, {
    converter: new URL('../convert.js', import.meta.url).href,
    worker: new URL('./worker.js', import.meta.url).href,
  });
}

function ignore(): void {
  // Nothing to do.
}
