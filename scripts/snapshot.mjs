// Makes a startup snapshot for the Node that builds (src/cli/snapshot): part of `npm run build`. A Node that can't make one says why,
// and runs Cairn all the same.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
spawnSync(process.execPath, [command, 'snapshot'], { stdio: ['ignore', 'ignore', 'inherit'] });
