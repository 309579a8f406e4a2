import { listMappings } from '../author/list-mappings.js';
import { readTests } from '../author/read-tests.js';
import { readMappingFiles } from '../mapping/read-files.js';
import { statSync } from 'node:fs';
import { UsageError } from './command.js';
import { mappingSet } from './mapping-set-name.js';
import { readCommandOptions } from './read-options.js';
import { linesOf, print, type Terminal } from './terminal.js';

export const help = `cairn mappings [SET] [--find TEXT]

Lists the mappings of a set (a folder, a pack, or packaged): id, templates, resource, what it rests on, how many tests it has, the
rows of HL7's tables that these prove, what it does otherwise than a row says, and the senders that change it.

Options
  --find TEXT   only those with this text in any of it: an OID, a resource, a row
  --json        for programs

Exit status: 0 there are some, 1 otherwise.
`;

export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readCommandOptions(args, { find: { type: 'string' }, json: { type: 'boolean' } });
  if (positionals.length > 1) throw new UsageError('mappings takes one set');
  const set = mappingSet(positionals[0]);
  const tests = statSync(set).isFile() ? [] : readTests(set);
  const wanted = values.find?.toLowerCase() ?? '';
  const listed = listMappings(readMappingFiles(set, []), tests).filter((one) =>
    JSON.stringify(one).toLowerCase().includes(wanted),
  );
  if (values.json === true) await print(terminal.stdout, `${JSON.stringify(listed, undefined, 2)}\n`);
  else
    await print(
      terminal.stdout,
      linesOf(
        listed.flatMap(({ id, file, title, basis, resource, on, templates, tests: count, rows, remarks, overlays }) => [
          `${id}  ${resource === '' ? 'drops statements' : resource}  (${file})`,
          `    ${title}`,
          ...(basis === '' ? [] : [`    basis: ${basis}`]),
          `    on ${on.join(', ')}${templates.length === 0 ? '' : `; templates ${templates.join(', ')}`}`,
          `    ${count} tests${rows.length === 0 ? '' : `, which prove ${rows.join(', ')}`}${overlays.length === 0 ? '' : `; changed by ${overlays.join(', ')}`}`,
          ...remarks.map(({ element, text }) => `    ${element}: ${text}`),
        ]),
      ),
    );
  return listed.length === 0 ? 1 : 0;
}
