import { cdaModel } from '../cda/model.js';
import { typesNamed } from '../cda/type-graph.js';
import { vocabulary } from '../cda/vocabulary.js';
import { isResource } from '../fhir/elements.js';
import { idOf } from '../xml/names.js';
import { suggestion } from '../xpath/nearest.js';
import { applicability, type Applicability } from './applicability.js';
import { claimedProfiles } from './profiles.js';
import type { CompiledMapping, Identity, IdentityScope } from './compiled-mapping.js';
import { compileAlikeRule } from './alike-rule.js';
import { compileAccount } from './account.js';
import { compileBindings, entering, reportUnused, withNames } from './bindings.js';
import { compileGroupRule } from './group-rule.js';
import { compileIssues } from './issue-rules.js';
import type { MappedResource } from './mapped-resource.js';
import type { MappingFile } from './mapping-file.js';
import { compileObject, REJECTED } from './object.js';
import { requiredElements } from './required-elements.js';
import { inside, mistake, textList, unknownKeys, type Environment, type Scope } from './scope.js';
import { selectorAt } from './selectors.js';
import { ownValue } from '../own-value.js';

/** A mapping as its file says it; checked here, so every member may be anything. */
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

/** The mapping before it is compiled, so that mappings can name each other. */
export function announce(file: MappingFile, index: number): CompiledMapping | undefined {
  const source = file.value as MappingSource | undefined;
  const resource = source?.resource as { resourceType?: unknown } | undefined;
  if (typeof source?.id !== 'string' || typeof resource?.resourceType !== 'string') return undefined;
  return {
    index,
    id: source.id,
    file: file.path,
    resourceType: resource.resourceType,
    provenance: source.provenance !== false,
    identity: { scope: 'patient', by: [], apart: undefined, alike: undefined },
    group: undefined,
    profiles: [],
    account: nothingToAccountFor,
    tellIssues: undefined,
    also: [],
    build: () => false,
  };
}

/** Compiles a mapping into what `announce` gave; every mistake goes to the environment. */
export function compileMapping(mapping: CompiledMapping, file: MappingFile, environment: Environment): Applicability {
  const source = file.value as MappingSource;
  const top: Scope = { environment, file, pointer: '', context: undefined };
  unknownKeys(source, KEYS, top);
  const elements = textList(source.on, inside(top, 'on'), '"on" names the elements that the mapping stands on');
  const types = new Set(elements.flatMap((element) => [...typesNamed(element)]));
  elements.forEach((element) => {
    if (typesNamed(element).size === 0)
      mistake(inside(top, 'on'), `CDA has no element "${element}"${suggestion(element, vocabulary.list)}`);
  });
  const onElements: Scope = { ...top, context: types.size === 0 ? undefined : types };
  const bindings = compileBindings(source.let, inside(onElements, 'let'));
  const scope: Scope = { ...onElements, bindings };

  if (!isResource(mapping.resourceType)) {
    mistake(inside(inside(top, 'resource'), 'resourceType'), `FHIR R4 has no resource "${mapping.resourceType}"`);
    return { statements: [], header: [], authorship: false };
  }
  mapping.identity = identityOf(source.identity, scope);
  mapping.group = compileGroupRule(source.group, inside(onElements, 'group'));
  mapping.profiles = claimedProfiles(source.profiles, mapping.resourceType, inside(scope, 'profiles'));
  mapping.account = withNames(bindings, compileAccount(source, scope) ?? nothingToAccountFor);
  const tellIssues = compileIssues(source.issues, inside(scope, 'issues'));
  mapping.tellIssues = tellIssues === undefined ? undefined : withNames(bindings, tellIssues);
  mapping.also = textList(source.also ?? [], inside(scope, 'also'), '"also" names mappings').flatMap((id) => {
    const other = environment.mappings.get(id);
    if (other === undefined)
      mistake(inside(scope, 'also'), `there is no mapping "${id}"${suggestion(id, environment.mappings.keys())}`);
    return other === undefined ? [] : [other];
  });
  const { elements: parts } = compileObject(source.resource as Record<string, unknown>, mapping.resourceType, {
    ...inside(scope, 'resource'),
    element: mapping.resourceType,
  });
  const complete = requiredElements(mapping.resourceType);
  mapping.build = withNames(bindings, (run, node, made: MappedResource) => {
    const object = made.resource as unknown as Record<string, unknown>;
    for (const { name, fill } of parts) {
      const before = run.references;
      if (fill(run, node, object) === REJECTED) return false;
      if (run.references !== before) made.referring = made.referring.concat(name);
    }
    complete(object);
    return true;
  });
  const found = applicability(
    mapping,
    source.match,
    new Set(elements.flatMap((e) => idOf(vocabulary, e) ?? [])),
    scope,
  );
  reportUnused(bindings, inside(scope, 'let'));
  return found;
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
          // The default stands for entries; what has no id is known by its place.
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
