import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createConverter } from '../convert.js';
import { packSet, readPack } from '../mapping/packed-set.js';
import { textsOfSet } from '../mapping/read-files.js';
import { UsageError } from './command.js';
import { complaintsOf } from './complaints.js';
import { mappingSet } from './mapping-set-name.js';
import { readCommandOptions } from './read-options.js';
import { linesOf, print, type Terminal } from './terminal.js';

export const help = `cairn pack [DIR] --name NAME --version VERSION [--out DIR]
cairn pack FILE

Makes one file of a mapping set: NAME@VERSION.cairn.json, with the hash of all that is in it. convert --mappings and the service
(CAIRN_MAPPINGS) take it in the place of a folder; the service answers ?mappings=NAME@VERSION from it. A pack that was changed is
refused, and one that is there already is not written over with anything else. Of a pack it tells what is in it.

Options
  --out DIR   where it is written (the current folder)
  --json      for programs

Exit status: 0 packed, or the pack is whole; 1 otherwise.
`;

export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readCommandOptions(args, {
    name: { type: 'string' },
    version: { type: 'string' },
    out: { type: 'string' },
    json: { type: 'boolean' },
  });
  if (positionals.length > 1) throw new UsageError('pack takes one folder, or one pack');
  const set = mappingSet(positionals[0]);
  let told: { file: string; name: string; version: string; hash: string; files: number };
  try {
    // A set that can't be loaded is not packed.
    const { mappingHash } = createConverter({ mappings: set });
    if (statSync(set).isFile()) {
      const pack = readPack(readFileSync(set, 'utf8'))!;
      told = {
        file: set,
        name: pack.name,
        version: pack.version,
        hash: mappingHash,
        files: Object.keys(pack.files).length,
      };
    } else {
      const { name, version } = values;
      if (name === undefined || version === undefined) throw new UsageError('pack needs --name and --version');
      if (!/^[\w.-]{1,64}$/.test(name) || !/^[\w.+-]{1,64}$/.test(version))
        throw new UsageError('a name and a version are letters, digits, dots, dashes and underscores');
      const pack = packSet(textsOfSet(set, []), name, version);
      const file = join(values.out ?? '.', `${name}@${version}.cairn.json`);
      writeOnce(file, `${JSON.stringify(pack)}\n`);
      told = { file, name, version, hash: pack.hash, files: Object.keys(pack.files).length };
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    await print(terminal.stderr, linesOf(complaintsOf(error, basename(set))));
    return 1;
  }
  const line = `${told.file}: ${told.name}@${told.version}, ${told.files} files, ${told.hash}`;
  await print(terminal.stdout, values.json === true ? `${JSON.stringify(told, undefined, 2)}\n` : linesOf([line]));
  return 0;
}

/** A pack never changes. The same content may be written again; other content needs another version. */
function writeOnce(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (readFileSync(file, 'utf8') !== text)
      throw new UsageError(`${file} is there with other content; what has changed needs another version`);
  }
}
