#!/usr/bin/env node
import { keepCompiled } from './cli/keep-compiled.js';
import { startedFromSnapshot } from './cli/snapshot/start.js';

if (!(await startedFromSnapshot(process.argv.slice(2)))) {
  keepCompiled();
  // Loaded late: what comes before it is not kept.
  await import('./cli/start.js');
}
