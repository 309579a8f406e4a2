import { readArguments } from './arguments.js';
import { UsageError, type Command } from './command.js';
import { complaintsOf } from './complaints.js';
import { VERSION } from '../version.js';
import { help } from './help.js';
import { findInputs } from './inputs.js';
import { linesOf, print, type Modules, type Terminal } from './terminal.js';

/**
 * Runs the command line. Returns the exit code and never throws: whatever goes wrong is a line on the standard error.
 */
export async function main(args: readonly string[], terminal: Terminal, modules: Modules): Promise<number> {
  try {
    return await run(readArguments(args), terminal, modules);
  } catch (error) {
    const lines =
      error instanceof UsageError ? [`cairn: ${error.message} (see cairn --help)`] : complaintsOf(error, 'cairn');
    await print(terminal.stderr, linesOf(lines));
    return 1;
  }
}

async function run(command: Command, terminal: Terminal, modules: Modules): Promise<number> {
  if (command.kind === 'other') {
    const { run: runCommand, help: itsHelp } = await command.load();
    if (!command.args.includes('--help')) return runCommand(command.args, terminal, modules);
    await print(terminal.stdout, itsHelp);
    return 0;
  }
  if (command.kind !== 'convert') {
    await print(terminal.stdout, command.kind === 'help' ? help : `${VERSION}\n`);
    return 0;
  }
  const { options } = command;
  const inputs = await findInputs(options.inputs, options.out);
  // Loaded only now: a user who asks for help or mistypes an option need not wait for FHIR's tables.
  if (options.out !== undefined) {
    const { convertMany } = await import('./convert-many.js');
    return convertMany(inputs, options.out, options, terminal, modules);
  }
  const { convertOne } = await import('./convert-one.js');
  return convertOne(inputs[0]?.file ?? '-', options, terminal, modules);
}
