import { existsSync } from 'node:fs';

const file = new URL('../../samples/visit-summary.xml', import.meta.url);

/** A sample document in the package. People can try it, and workers warm up with it. */
export const sample: URL | undefined = existsSync(file) ? file : undefined;
