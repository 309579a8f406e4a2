import { execFile } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { complaintsOf } from '../complaints.js';
import { readCommandOptions } from '../read-options.js';
import { linesOf, print, type Terminal } from '../terminal.js';
import { snapshotLabel, snapshotPlace } from './place.js';

export const help = `cairn snapshot

Lets \`cairn convert FILE\` start in half of the time: it keeps a loaded converter in a file beside the program, some 20 MB, for
this Node. It lasts until the package is installed anew. Other commands start as before; so does a conversion with
--out, --mappings, --terms or --signatures, with NODE_OPTIONS, and with CAIRN_SNAPSHOT=off.

Exit status: 0 made, 1 otherwise.
`;

const program = fileURLToPath(new URL('../../programs/snapshot.cjs', import.meta.url));

export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  readCommandOptions(args, {});
  const { folder, blob, label } = snapshotPlace();
  const part = `${blob}.${String(process.pid)}.part`;
  try {
    mkdirSync(folder, { recursive: true });
    await promisify(execFile)(process.execPath, ['--snapshot-blob', part, '--build-snapshot', program], {
      env: { ...process.env, NODE_OPTIONS: '', NODE_V8_COVERAGE: '' },
    });
    // Nobody starts from the old one while the new one takes its place.
    rmSync(label, { force: true });
    renameSync(part, blob);
    writeFileSync(label, snapshotLabel());
  } catch (error) {
    rmSync(part, { force: true });
    await print(terminal.stderr, linesOf(failure(error)));
    return 1;
  }
  await print(terminal.stdout, linesOf([blob]));
  return 0;
}

/** One line: what Node wrote where it could not make a snapshot, or why nothing could be written. */
function failure(error: unknown): string[] {
  const said = (error as { stderr?: unknown } | null)?.stderr;
  if (typeof said !== 'string') return complaintsOf(error, 'snapshot');
  const line = said.split('\n').find((one) => /error|fatal|assert/i.test(one)) ?? 'Node ended without a word';
  return [`snapshot: Node ${process.version} can't make one: ${line.trim()}`];
}
