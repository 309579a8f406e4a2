/** Which mappings a document gets: those of a version of US Core, and those of its sender. */
import { senderOids } from '../cda/document.js';
import { OptionError } from '../option-error.js';
import type { Tree } from '../xml/tree.js';
import type { CompiledMappings, LoadedMappings } from './load.js';
import type { MappingSet } from './mapping-set.js';
import type { Traced } from './scope.js';

/** The mappings for a version of US Core, compiled for a trace if one is asked for. */
export function compiledFor(
  loaded: LoadedMappings,
  usCore: string | undefined,
  usual: string | undefined,
  told: Traced,
): CompiledMappings {
  if (usCore !== undefined) return loaded.edition(usCore, told);
  if (usual !== undefined) return loaded.edition(usual, told, 'others');
  return told === false ? loaded : loaded.traced(told);
}

/**
 * The mappings of the sender: the one that is asked for, else the first that is known by an OID of the document's
 * custodian or author.
 */
export function mappingsFor(
  { senderByOid }: LoadedMappings,
  { base, senders }: CompiledMappings,
  tree: Tree,
  asked: string | undefined,
): MappingSet {
  if (asked !== undefined) {
    const set = senders.get(asked);
    if (set === undefined) throw new OptionError(`there is no sender "${asked}" in the mapping set`);
    return set;
  }
  if (senderByOid.size === 0) return base;
  const known = senderOids(tree).find((oid) => senderByOid.has(oid));
  return (known === undefined ? undefined : senders.get(senderByOid.get(known)!)) ?? base;
}
