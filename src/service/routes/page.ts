import { readFileSync, readdirSync } from 'node:fs';
import { extname } from 'node:path';
import { sample } from '../sample.js';
import type { Route } from './route.js';
import { ownValue } from '../../own-value.js';

const folder = new URL('../page/', import.meta.url);

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.xml': 'application/xml; charset=utf-8',
};

/**
 * The files of the pages, read once. A file that is not in this list can't be asked for. The page of operations exists
 * only with a store; everything that it shows it has asked for with a key.
 */
export function pageRoutes(hasStore: boolean): Route[] {
  const files = readdirSync(folder)
    .filter((name) => Object.hasOwn(types, extname(name)) && (hasStore || !name.startsWith('operations')))
    .sort()
    .map((name) => pageRoute(name, new URL(name, folder)));
  return sample === undefined ? files : [...files, pageRoute('sample.xml', sample)];
}

const starts = new Map([
  ['index.html', { path: '/', summary: 'A page on which a person converts a document' }],
  [
    'operations.html',
    { path: '/operations', summary: 'A page on which a person sees and steers what is in the store' },
  ],
]);

function pageRoute(name: string, file: URL): Route {
  const type = ownValue(types, extname(name))!;
  const content = readFileSync(file);
  return {
    method: 'get',
    path: starts.get(name)?.path ?? `/page/${name}`,
    access: 'open',
    operation: {
      operationId: `page-${name}`,
      summary: starts.get(name)?.summary ?? 'A part of a page',
      tags: ['Pages'],
      responses: { '200': { description: type, content: { [type.split(';')[0]!]: { schema: { type: 'string' } } } } },
    },
    handle: (_request, response) => {
      response.set({ 'Content-Type': type, 'Cache-Control': 'no-cache' }).send(content);
    },
  };
}
