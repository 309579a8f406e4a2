import { codeKey } from '../pack/code-key.js';
import {
  BETWEEN,
  conceptKey,
  MAP_STATEMENT,
  mapKey,
  nameKey,
  STATEMENT,
  type PackMap,
  type PackSource,
  type PackSystem,
} from '../pack/form.js';
import { nameHash } from '../pack/names.js';

/** Collects what the readers of sources tell about codes, and makes lines of a pack from it. */
export class CodeCollector {
  readonly sources: PackSource[] = [];
  readonly notices = new Set<string>();
  readonly #systems = new Map<string, { place: number; complete: boolean; source?: number }>();
  readonly #maps = new Map<string, PackMap>();
  readonly #add: (line: string) => void;
  /** Of the source that is being read. */
  statements = 0;

  constructor(add: (line: string) => void) {
    this.#add = add;
  }

  /** Index of the source that is being read; it is entered when it is done. */
  get source(): number {
    return this.sources.length;
  }

  get systems(): PackSystem[] {
    return [...this.#systems].map(([uri, { complete, source }]) => ({
      uri,
      complete,
      ...(source === undefined ? {} : { source }),
    }));
  }

  get maps(): PackMap[] {
    return [...this.#maps.values()];
  }

  /** Says that this source names the codes of a system, and whether it has all of them. */
  declare(system: string, complete: boolean): void {
    const known = this.#system(system);
    known.source ??= this.source;
    known.complete ||= complete;
  }

  /** The name that the system gives a code; of several ranks the least is taken. */
  display(system: string, code: string, term: string, rank = 1): void {
    const text = oneLine(term);
    if (text === '') return;
    this.#concept(system, code, `${STATEMENT.display}${rank}${this.source.toString(36)}\t${text}`);
    this.#name(system, code, text);
  }

  /** Another name. */
  name(system: string, code: string, term: string): void {
    const text = oneLine(term);
    if (text === '') return;
    this.#concept(system, code, STATEMENT.name + text);
    this.#name(system, code, text);
  }

  /** Words that go with a code; no name of it. */
  words(system: string, code: string, words: string): void {
    const text = oneLine(words);
    if (text !== '') this.#concept(system, code, STATEMENT.words + text);
  }

  /** A code of the same system whose names count as its own. */
  relative(system: string, code: string, other: string): void {
    this.#concept(system, code, STATEMENT.relative + other);
  }

  active(system: string, code: string): void {
    this.#concept(system, code, STATEMENT.active);
  }

  retired(system: string, code: string, replacedBy = ''): void {
    this.#concept(system, code, STATEMENT.retired + replacedBy);
  }

  units(system: string, code: string, units: string): void {
    for (const unit of units.split(/[;,|]/)) {
      const text = unit.trim();
      if (text !== '') this.#concept(system, code, STATEMENT.units + text);
    }
  }

  exact(from: string, code: string, to: string, target: string, own = false): void {
    this.#map(from, code, to, `${MAP_STATEMENT.exact}${this.source.toString(36)}\t${target}`, own);
  }

  candidate(from: string, code: string, to: string, target: string, own = false): void {
    this.#map(from, code, to, `${MAP_STATEMENT.candidate}${this.source.toString(36)}\t${target}`, own);
  }

  /** Tells that the map has no single target for the code. */
  noTarget(from: string, code: string, to: string, own = false): void {
    this.#map(from, code, to, MAP_STATEMENT.none, own);
  }

  #concept(system: string, code: string, statement: string): void {
    const key = codeKey(system, code);
    if (key === undefined) return;
    this.#write(conceptKey(this.#system(system).place, key), statement);
  }

  #name(system: string, code: string, name: string): void {
    const hash = nameHash(name);
    if (hash !== undefined) this.#write(nameKey(this.#system(system).place, hash), code);
  }

  #map(from: string, code: string, to: string, statement: string, own: boolean): void {
    const key = codeKey(from, code);
    if (key === undefined) return;
    const [source, target] = [this.#system(from).place, this.#system(to).place];
    const pair = `${source} ${target}`;
    const known = this.#maps.get(pair);
    if (known === undefined || (own && !known.own)) this.#maps.set(pair, { from: source, to: target, own });
    this.#write(mapKey(source, key, target), statement);
  }

  #write(key: string, statement: string): void {
    this.statements++;
    this.#add(`${key}${BETWEEN}${statement}`);
  }

  #system(uri: string): { place: number; complete: boolean; source?: number } {
    let known = this.#systems.get(uri);
    if (known === undefined) this.#systems.set(uri, (known = { place: this.#systems.size, complete: false }));
    return known;
  }
}

function oneLine(text: string): string {
  return text.replace(/[\s\0]+/g, ' ').trim();
}
