import { packagedMappings } from '../convert.js';

/** The folder or pack that an argument names: `packaged` is the set that comes with Cairn. */
export function mappingSet(name: string | undefined): string {
  return name === undefined || name === 'packaged' ? packagedMappings : name;
}
