import { cdaModel } from '../cda/model.js';
import { typesNamed } from '../cda/type-graph.js';
import { vocabulary } from '../cda/vocabulary.js';
import { isResource } from '../fhir/elements.js';
import { idOf } from '../xml/names.js';
import { suggestion } from '../xpath/nearest.js';
import { applicability, type Applicability } from './applicability.js';
import { claimedProfiles } from './profiles.js';
import type { CompiledMapping } from './compiled-mapping.js';
import { compileAlikeRule } from './alike-rule.js';
import { compileAccount } from './account.js';
import { entering, withNames } from './bindings.js';
import { compileBindings, reportUnused } from './compile-bindings.js';
import { compileGroupRule } from './group-rule.js';
import { compileIssues } from './issue-rules.js';
import type { MappedResource } from './mapped-resource.js';
import type { Identity, IdentityScope, Mapping } from './mapping.js';
import type { MappingFile } from './mapping-file.js';
import { compileObject, REJECTED } from './object.js';
import { requiredElements } from './required-elements.js';
import { inside, mistake, textList, unknownKeys, type Environment, type Scope } from './scope.js';
import { selectorAt } from './selectors.js';
import { ownValue } from '../own-value.js';

/** A mapping as its file says it. It is checked here, so every member may still be anything. */
interface MappingSource {
  readonly id?: unknown;
  readonly on?: unknown;
  readonly match?: unknown;
  readonly identity?: unknown;
  readonly group?: unknown;
  readonly profiles?: unknown;
  readonly ignore?: unknown;
  readonly repeats?: unknown;
  readonly issues?: unknown;
  readonly let?: unknown;
  readonly also?: unknown;
  readonly provenance?: unknown;
  readonly resource?: unknown;
}

const KEYS =
  '$schema $comment id title basis on match identity group profiles let ignore repeats issues also provenance resource'.split(
    ' ',
  );
const SCOPES: readonly string[] = ['subject', 'patient', 'shared', 'document'] satisfies IdentityScope[];

const nothingToAccountFor = (): void => undefined;

/** The parts of a mapping that are compiled when they are first asked for. They are more than nine tenths of it. */
type Parts = Pick<CompiledMapping, 'group' | 'profiles' | 'account' | 'tellIssues' | 'also' | 'build'>;

/** A mapping that other mappings can name before it is compiled. */
export class AnnouncedMapping implements CompiledMapping {
  readonly id: string;
  readonly file: string;
  readonly provenance: boolean;
  readonly #source: MappingSource;
  readonly #top: Scope;
  #names: Scope | undefined;
  #identity: Identity | undefined;
  #parts: Parts | undefined;

  constructor(
    readonly index: number,
    readonly resourceType: string,
    file: MappingFile,
    environment: Environment,
  ) {
    this.#source = file.value as MappingSource;
    this.#top = { environment, file, pointer: '', context: undefined };
    this.id = String(this.#source.id);
    this.file = file.path;
    this.provenance = this.#source.provenance !== false;
  }

  get on(): readonly string[] {
    return this.#elements();
  }

  get identity(): Identity {
    return (this.#identity ??= identityOf(this.#source.identity, this.#scope()));
  }

  get #made(): Parts {
    return (this.#parts ??= this.#compile());
  }

  get group(): Parts['group'] {
    return this.#made.group;
  }

  get profiles(): Parts['profiles'] {
    return this.#made.profiles;
  }

  get account(): Parts['account'] {
    return this.#made.account;
  }

  get tellIssues(): Parts['tellIssues'] {
    return this.#made.tellIssues;
  }

  get also(): Parts['also'] {
    return this.#made.also;
  }

  get build(): Parts['build'] {
    return this.#made.build;
  }

  /**
   * Where the mapping applies. If the set was not checked before, everything else is compiled too, and every mistake is
   * reported.
   */
  applicability(): Applicability {
    const top = this.#top;
    const source = this.#source;
    unknownKeys(source, KEYS, top);
    const elements = this.#elements();
    elements.forEach((element) => {
      if (typesNamed(element).size === 0)
        mistake(inside(top, 'on'), `CDA has no element "${element}"${suggestion(element, vocabulary.list)}`);
    });
    const scope = this.#scope();
    if (!isResource(this.resourceType)) {
      mistake(inside(inside(top, 'resource'), 'resourceType'), `FHIR R4 has no resource "${this.resourceType}"`);
      return { statements: [], header: [], authorship: false };
    }
    if (!top.environment.checked) {
      this.#identity ??= identityOf(source.identity, scope);
      this.#parts ??= this.#compile();
    }
    const numbers = new Set(elements.flatMap((e) => idOf(vocabulary, e) ?? []));
    const found = applicability(this, source.match, numbers, scope);
    reportUnused(scope.bindings, inside(scope, 'let'));
    return found;
  }

  #elements(): string[] {
    return textList(this.#source.on, inside(this.#top, 'on'), '"on" names the elements that the mapping stands on');
  }

  /** The scope of its selectors, with the names that the file gives to nodes. */
  #scope(): Scope {
    if (this.#names !== undefined) return this.#names;
    const types = new Set(this.#elements().flatMap((element) => [...typesNamed(element)]));
    const onElements: Scope = { ...this.#top, context: types.size === 0 ? undefined : types };
    const bindings = compileBindings(this.#source.let, inside(onElements, 'let'));
    return (this.#names = { ...onElements, bindings });
  }

  #compile(): Parts {
    const source = this.#source;
    const scope = this.#scope();
    const { bindings } = scope;
    const group = compileGroupRule(source.group, { ...inside(scope, 'group'), bindings: undefined });
    const profiles = claimedProfiles(source.profiles, this.resourceType, inside(scope, 'profiles'));
    const account = withNames(bindings, compileAccount(source, scope) ?? nothingToAccountFor);
    const tellIssues = compileIssues(source.issues, inside(scope, 'issues'));
    return {
      group,
      profiles,
      account,
      tellIssues: tellIssues === undefined ? undefined : withNames(bindings, tellIssues),
      also: alsoMade(source.also ?? [], inside(scope, 'also')),
      build: buildOf(source.resource as Record<string, unknown>, this.resourceType, scope),
    };
  }
}

/** The mapping in a file, so that others can name it; undefined if the file has none. */
export function announce(file: MappingFile, index: number, environment: Environment): AnnouncedMapping | undefined {
  const source = file.value as MappingSource | undefined;
  const resource = source?.resource as { resourceType?: unknown } | undefined;
  if (typeof source?.id !== 'string' || typeof resource?.resourceType !== 'string') return undefined;
  return new AnnouncedMapping(index, resource.resourceType, file, environment);
}

function alsoMade(source: unknown, scope: Scope): Mapping[] {
  const { mappings } = scope.environment;
  return textList(source, scope, '"also" names mappings').flatMap((id) => {
    const other = mappings.get(id);
    if (other === undefined) mistake(scope, `there is no mapping "${id}"${suggestion(id, mappings.keys())}`);
    return other === undefined ? [] : [other];
  });
}

function buildOf(source: Readonly<Record<string, unknown>>, resourceType: string, scope: Scope): Parts['build'] {
  const { elements: parts } = compileObject(source, resourceType, {
    ...inside(scope, 'resource'),
    element: resourceType,
  });
  const complete = requiredElements(resourceType);
  // Resources of one mapping nearly all refer from the same few elements: each list is made once, after the one before it.
  const lists = new Map<readonly string[], Map<string, readonly string[]>>();
  const longer = (list: readonly string[], name: string): readonly string[] => {
    let after = lists.get(list);
    if (after === undefined) lists.set(list, (after = new Map<string, readonly string[]>()));
    let names = after.get(name);
    if (names === undefined) after.set(name, (names = [...list, name]));
    return names;
  };
  return withNames(scope.bindings, (run, node, made: MappedResource) => {
    const object = made.resource as unknown as Record<string, unknown>;
    for (const { name, fill } of parts) {
      const before = run.references;
      if (fill(run, node, object) === REJECTED) return false;
      if (run.references !== before) made.referring = longer(made.referring, name);
    }
    complete(object);
    return true;
  });
}

function identityOf(source: unknown, scope: Scope): Identity {
  const at = inside(scope, 'identity');
  const { scope: given = 'patient', by = ['id'], apart, alike } = (source ?? {}) as Record<string, unknown>;
  if (!SCOPES.includes(String(given))) mistake(inside(at, 'scope'), `the scope is one of ${SCOPES.join(', ')}`);
  const alternatives = Array.isArray(by) ? (by as unknown[]) : [by];
  const apartFrom = apart === undefined ? undefined : selectorAt(inside(at, 'apart'), apart)?.selector;
  return {
    scope: given as IdentityScope,
    by: alternatives
      .map((alternative, index) =>
        (Array.isArray(alternative) ? (alternative as unknown[]) : [alternative]).flatMap((text) => {
          // The default identity is for entries. A resource without an id is known by its place.
          if (source === undefined && ![...(scope.context ?? [])].some((type) => hasId(type))) return [];
          const selector = selectorAt(inside(inside(at, 'by'), index), text)?.selector;
          return selector === undefined ? [] : entering(selector, scope.bindings);
        }),
      )
      .filter((selectors) => selectors.length > 0),
    apart: apartFrom === undefined ? undefined : entering(apartFrom, scope.bindings),
    alike: compileAlikeRule(alike, inside(at, 'alike')),
  };
}

function hasId(type: string): boolean {
  return Object.hasOwn(ownValue(cdaModel.types, type)?.elements ?? {}, 'id');
}
