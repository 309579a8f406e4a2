/** Lets `cairn` be what stands in CAIRN_LIBRARY, so that examples run as in a project that has the package installed. */
import { register } from 'node:module';

const hook = `export const resolve = (name, context, next) => next(name === 'cairn' ? ${JSON.stringify(process.env.CAIRN_LIBRARY)} : name, context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
