// The store's thread of a service that is to die at a step.
import { register } from 'tsx/esm/api';

register();
await import('./die.ts');
await import('../../src/store/thread.ts');
