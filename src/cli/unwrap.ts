import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { unwrap } from '../unwrap/unwrap.js';
import { wayOf } from '../unwrap/part.js';
import { UsageError } from './command.js';
import { complaintsOf } from './complaints.js';
import { fileNameOf } from './document-name.js';
import { readCommandOptions } from './read-options.js';
import { linesOf, print, printable, type Terminal } from './terminal.js';
import { writeWhole } from './write-file.js';

export const help = `cairn unwrap FILE [--out DIR]

Lists the documents in a ZIP, XDM package, X12 275, HL7 v2 message or batch, FHIR resource or NDJSON, MIME or SOAP message:
a line each, with the way to it through the envelopes. With --out it writes them there, as they are. - is the standard input.

Exit status: 0 all could be opened, 1 otherwise.
`;

/** `cairn unwrap feed.zip --out documents` */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { file, out } = read(args);
  const name = file === '-' ? 'stdin' : file;
  let failed = 0;
  let number = 0;
  try {
    const bytes = file === '-' ? await buffer(terminal.stdin) : await readFile(file);
    for await (const part of unwrap(bytes, { name })) {
      const way = wayOf(part.steps);
      if (part.kind === 'problem') {
        failed++;
        await print(terminal.stderr, linesOf([`${name}${way === '' ? '' : ` (${way})`}: ${part.text}`]));
        continue;
      }
      number++;
      if (out !== undefined) await writeWhole(join(out, `${fileNameOf(part, number)}.xml`), part.bytes);
      await print(terminal.stdout, `${printable(way === '' ? 'no envelope' : way)}\t${part.bytes.length} bytes\n`);
    }
  } catch (error) {
    await print(terminal.stderr, linesOf(complaintsOf(error, name)));
    return 1;
  }
  return failed === 0 ? 0 : 1;
}

function read(args: readonly string[]): { file: string; out: string | undefined } {
  const { values, positionals } = readCommandOptions(args, { out: { type: 'string' } });
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0)
    throw new UsageError('unwrap takes one file, or - for the standard input');
  return { file, out: values.out };
}
