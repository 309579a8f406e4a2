/**
 * What a startup snapshot holds (`cairn snapshot` makes it): all modules of a conversion, the packaged set, and the
 * mappings that the samples ask for, compiled. A process that starts from the snapshot goes on below, in the main
 * function.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString, startupSnapshot } from 'node:v8';
import { createConverter, packagedMappings } from '../../convert.js';
import { hashOf } from '../../mapping/packed-set.js';
import { stateOfSet, textsOfSet } from '../../mapping/read-files.js';
import { main } from '../main.js';
import { surviveGoneReaders } from '../terminal.js';

// V8 11 can't write the machine code of a long regular expression into a snapshot: without this it aborts.
const regexps = process.versions.v8.startsWith('11.') ? 'regexp-optimization' : undefined;
if (regexps !== undefined) setFlagsFromString(`--no-${regexps}`);

const state = stateOfSet(packagedMappings);
const converter = createConverter();
const documents = fileURLToPath(new URL('./documents', import.meta.url));
for (const name of readdirSync(documents))
  // A time limit needs a context of its own, and a snapshot has only one.
  converter.convert(readFileSync(join(documents, name)), { timeLimitSeconds: Infinity });

if (regexps !== undefined) setFlagsFromString(`--${regexps}`);

/**
 * Whether the packaged files are still those of the snapshot. An author who edits a mapping sees the edit at once. Times
 * tell it quickly; where a copy of the package has others, the content tells it.
 */
function unchanged(): boolean {
  return stateOfSet(packagedMappings) === state || hashOf(textsOfSet(packagedMappings, [])) === converter.mappingHash;
}

startupSnapshot.setDeserializeMainFunction(() => {
  surviveGoneReaders(process);
  const loaded = {
    createConverter: (options: Parameters<typeof createConverter>[0]) =>
      Object.keys(options ?? {}).length === 0 && unchanged() ? converter : createConverter(options),
  };
  void main(process.argv.slice(1), process, { converter: '', loaded, worker: '' }).then((code) => {
    process.exitCode = code;
  });
});
