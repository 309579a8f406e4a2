import { existsSync } from 'node:fs';

const file = new URL('../../samples/visit-summary.xml', import.meta.url);

/** A document that comes with the package: for people to try, and for workers to warm up. */
export const sample: URL | undefined = existsSync(file) ? file : undefined;
