import type { ParseSelector } from '../xpath/grammar.js';
import { builtSet, syntaxOf, type KnownSet } from './checked-set.js';
import { compileSet, type Compiling } from './compile-set.js';
import { editionsOf, filesOfEdition, type Editions } from './editions.js';
import { MappingError, type Mistake } from './mapping-error.js';
import type { MappingSet } from './mapping-set.js';
import { patchedFiles } from './patched-files.js';
import { fileKindOf, readMappingFiles, type MappingFiles, type SenderFiles } from './read-files.js';
import type { NotePiece, Traced } from './scope.js';
import { checkSenders, describe } from './senders.js';
import { MapWhenAsked } from './map-when-asked.js';

/** A mapping set together with the changes of its senders. */
export interface CompiledMappings {
  readonly base: MappingSet;
  readonly senders: ReadonlyMap<string, MappingSet>;
}

export interface LoadedMappings extends CompiledMappings {
  /** SHA-256 of all files of the set. */
  readonly hash: string;
  /**
   * The same set, compiled so that it tells the trace which directive made each value. It is made when it is first
   * asked for.
   */
  readonly traced: (what: Exclude<Traced, false>) => CompiledMappings;
  /**
   * The set for another version of US Core, made when it is first asked for. With `all` it is for every sender. With
   * `others`, a sender whose description names a version keeps that version.
   */
  readonly edition: (version: string, traced: Traced, whose?: 'all' | 'others') => CompiledMappings;
  readonly editions: Editions;
  /** The name of the sender, by the OIDs of its custodian or author organization. */
  readonly senderByOid: ReadonlyMap<string, string>;
}

/** Somebody observes how the set is compiled; so all of it is checked and compiled at once. */
export interface Watching {
  readonly parse: ParseSelector;
  readonly notePiece?: NotePiece;
}

/**
 * Reads, checks and compiles a folder of mappings. The packaged set is not checked again if it is the same as when
 * Cairn was built.
 * @throws MappingError with every mistake of every file at once
 */
export function loadMappings(folder: string, watching?: Watching, built: KnownSet = builtSet()): LoadedMappings {
  const mistakes: Mistake[] = [];
  const wasChecked = (hash: string) => watching === undefined && hash === built.hash;
  const files = readMappingFiles(folder, mistakes, wasChecked);
  // If a file can't be read, everything that it defines would be missing elsewhere, and one missing comma would give a
  // thousand mistakes. So only this is told.
  const unread = mistakes.filter(({ message }) => message.startsWith('not JSON'));
  if (unread.some(({ file }) => fileKindOf(file) !== 'mappings')) throw new MappingError(unread);
  checkSenders(files, mistakes);
  const checked = wasChecked(files.hash);
  const compiling = {
    parse: watching?.parse ?? syntaxOf,
    notePiece: undefined,
    checked,
    // A piece may have other needs in another version of US Core.
    needs: undefined,
  };
  const compiled = compileAll(files, {
    ...compiling,
    mistakes,
    traced: false,
    needs: checked ? built.needs : undefined,
    notePiece: watching?.notePiece,
  });
  const senderByOid = new Map<string, string>();
  for (const [sender, own] of files.senders) for (const oid of describe(own).oids) senderByOid.set(oid, sender);
  if (mistakes.length > 0) throw new MappingError(mistakes);
  const traced = new Map<Traced, CompiledMappings>();
  const editions = new Map<string, CompiledMappings>();
  return {
    hash: files.hash,
    editions: editionsOf(files),
    edition: (version, what, whose = 'all') => {
      const key = `${version} ${String(what)} ${whose}`;
      const known = editions.get(key);
      if (known !== undefined) return known;
      const found: Mistake[] = [];
      const compiledEdition = compileAll(files, { ...compiling, mistakes: found, traced: what }, version, whose);
      if (found.length > 0) throw new MappingError(found);
      editions.set(key, compiledEdition);
      return compiledEdition;
    },
    ...compiled,
    senderByOid,
    traced: (what) => {
      const known = traced.get(what) ?? compileAll(files, { ...compiling, mistakes: [], traced: what });
      traced.set(what, known);
      return known;
    },
  };
}

/**
 * Compiles the set for one version of US Core.
 * @param edition for every sender, or for senders that name none; without it, each sender has the version in its
 *   description, or else that of the set
 */
function compileAll(
  files: MappingFiles,
  compiling: Compiling,
  edition?: string,
  whose: 'all' | 'others' = 'all',
): CompiledMappings {
  const own = edition ?? editionsOf(files).version;
  const compile = (usCore: string, sender?: SenderFiles): MappingSet => {
    const before = filesOfEdition(files, usCore, compiling.mistakes);
    const patched = sender === undefined ? before : patchedFiles(before, sender, compiling.mistakes);
    return compileSet(patched, sender, usCore, compiling);
  };
  const base = compile(own);
  const versionFor = (sender: SenderFiles): string =>
    edition !== undefined && whose === 'all' ? edition : (describe(sender).usCore ?? own);
  const senders = new MapWhenAsked<MappingSet>();
  for (const [name, sender] of files.senders)
    senders.later(name, () => senders.set(name, compile(versionFor(sender), sender)));
  // In a set that was not checked before, the mistakes of all senders have to be told.
  if (!compiling.checked) for (const name of files.senders.keys()) senders.get(name);
  return { base, senders };
}
