/** `cairn serve` with the converter of the tests, as a process of its own. */
import { serve } from '../../src/service/serve.js';

const { CAIRN_TEST_CONVERTER: converter, ...environment } = process.env;
process.exitCode = await serve(process.argv.slice(2), {
  environment,
  stdout: process.stdout,
  stderr: process.stderr,
  converter: converter!,
});
