/** Lets `cairn` be the sources, so that examples run without a build: `node --import tsx --import ./test/examples/from-source.mjs`. */
import { register } from 'node:module';

const library = new URL('../../src/index.ts', import.meta.url).href;
const hook = `export const resolve = (name, context, next) => next(name === 'cairn' ? ${JSON.stringify(library)} : name, context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
