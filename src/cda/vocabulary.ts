import { createNames, idOf, type Names } from '../xml/names.js';
import { cdaModel } from './model.js';

/** Every name that CDA has, with its number. Parsing and compiling both use this vocabulary (see xml/names.ts). */
export const vocabulary: Names = createNames(allNames());

/**
 * The number of a CDA name. Throws if CDA has no such name, so call it when a module loads.
 *
 *   const EFFECTIVE_TIME = nameId('effectiveTime');
 */
export function nameId(name: string): number {
  const id = idOf(vocabulary, name);
  if (id === undefined) throw new Error(`CDA has no element or attribute named ${name}`);
  return id;
}

function allNames(): string[] {
  const names = new Set(['xsi:type', 'xsi:nil', 'xsi:schemaLocation', ...Object.keys(cdaModel.root)]);
  for (const type of Object.values(cdaModel.types)) {
    for (const name of Object.keys(type.attributes)) names.add(name);
    for (const name of Object.keys(type.elements)) names.add(name);
  }
  return [...names].sort();
}
