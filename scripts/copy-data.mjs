// Copies the data files beside the compiled modules, because tsc only writes the code.
import { cpSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
cpSync(resolve(root, 'src'), resolve(root, process.argv[2] ?? 'dist'), {
  recursive: true,
  filter: (file) => !file.endsWith('.ts'),
});
