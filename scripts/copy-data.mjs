// Copies the data files beside the compiled modules, because tsc only writes the code.
import { chmodSync, cpSync } from 'node:fs';

const [from, to] = ['../src', '../dist'].map((folder) => new URL(folder, import.meta.url));

cpSync(from, to, { recursive: true, filter: (file) => !file.endsWith('.ts') });
chmodSync(new URL('../dist/cli.js', import.meta.url), 0o755);
