#!/usr/bin/env node
import { keepCompiled } from './cli/keep-compiled.js';

keepCompiled();
// Loaded late: what comes before it is not kept.
await import('./cli/start.js');
