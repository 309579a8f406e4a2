import { createConverter } from '../src/convert.js';

/** A converter with the packaged mappings: one for all tests of a run, since from the sources the set takes a second to check. */
export const converter = createConverter();
