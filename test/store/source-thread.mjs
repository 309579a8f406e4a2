// A worker thread does not inherit tsx's loader, so the one that runs from the sources registers it itself.
import { register } from 'tsx/esm/api';

register();
await import('../../src/store/thread.ts');
