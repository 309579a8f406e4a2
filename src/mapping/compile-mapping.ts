import { cdaModel } from '../cda/model.js';
import { typesNamed } from '../cda/type-graph.js';
import { vocabulary } from '../cda/vocabulary.js';
import { isResource } from '../fhir/elements.js';
import { idOf } from '../xml/names.js';
import { suggestion } from '../xpath/nearest.js';
import { claimedProfiles } from './profiles.js';
import type { CompiledMapping, HeaderMatch, Identity, IdentityScope, Match } from './compiled-mapping.js';
import { compileAccount } from './account.js';
import { compileGroupRule } from './group-rule.js';
import { compileIssues } from './issue-rules.js';
import type { MappingFile } from './mapping-file.js';
import { compileObject, REJECTED } from './object.js';
import { requiredElements } from './required-elements.js';
import { inside, mistake, textList, type Environment, type Scope } from './scope.js';
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
  readonly also?: unknown;
  readonly provenance?: unknown;
  readonly resource?: unknown;
}

const KEYS =
  '$schema $comment id title basis on match identity group profiles ignore repeats issues also provenance resource'.split(
    ' ',
  );
const MATCH_KEYS = 'template version within section where leftOver path authorship priority'.split(' ');
const SCOPES: readonly string[] = ['subject', 'patient', 'shared', 'document'] satisfies IdentityScope[];

const nothingToAccountFor = (): void => undefined;

/** Where a mapping applies, as its file says it. */
export interface Applicability {
  readonly statements: readonly Match[];
  readonly header: readonly HeaderMatch[];
  readonly authorship: boolean;
}

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
    identity: { scope: 'patient', by: [], apart: undefined },
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
  const scope: Scope = { ...top, context: types.size === 0 ? undefined : types };

  if (!isResource(mapping.resourceType)) {
    mistake(inside(inside(top, 'resource'), 'resourceType'), `FHIR R4 has no resource "${mapping.resourceType}"`);
    return { statements: [], header: [], authorship: false };
  }
  mapping.identity = identityOf(source.identity, scope);
  mapping.group = compileGroupRule(source.group, inside(scope, 'group'));
  mapping.profiles = claimedProfiles(source.profiles, mapping.resourceType, inside(scope, 'profiles'));
  mapping.account = compileAccount(source, scope) ?? nothingToAccountFor;
  mapping.tellIssues = compileIssues(source.issues, inside(scope, 'issues'));
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
  mapping.build = (run, node, made) => {
    const object = made.resource as unknown as Record<string, unknown>;
    for (const { name, fill } of parts) {
      const before = run.references;
      if (fill(run, node, object) === REJECTED) return false;
      if (run.references !== before) made.referring = made.referring.concat(name);
    }
    complete(object);
    return true;
  };
  return applicability(mapping, source.match, new Set(elements.flatMap((e) => idOf(vocabulary, e) ?? [])), scope);
}

function identityOf(source: unknown, scope: Scope): Identity {
  const at = inside(scope, 'identity');
  const { scope: given = 'patient', by = ['id'], apart } = (source ?? {}) as Record<string, unknown>;
  if (!SCOPES.includes(String(given))) mistake(inside(at, 'scope'), `the scope is one of ${SCOPES.join(', ')}`);
  const alternatives = Array.isArray(by) ? (by as unknown[]) : [by];
  return {
    scope: given as IdentityScope,
    by: alternatives
      .map((alternative, index) =>
        (Array.isArray(alternative) ? (alternative as unknown[]) : [alternative]).flatMap((text) => {
          // The default stands for entries; what has no id is known by its place.
          if (source === undefined && ![...(scope.context ?? [])].some((type) => hasId(type))) return [];
          return selectorAt(inside(inside(at, 'by'), index), text)?.selector ?? [];
        }),
      )
      .filter((selectors) => selectors.length > 0),
    apart: apart === undefined ? undefined : selectorAt(inside(at, 'apart'), apart)?.selector,
  };
}

function hasId(type: string): boolean {
  return Object.hasOwn(ownValue(cdaModel.types, type)?.elements ?? {}, 'id');
}

function applicability(
  mapping: CompiledMapping,
  source: unknown,
  elements: ReadonlySet<number>,
  scope: Scope,
): Applicability {
  const at = inside(scope, 'match');
  const result = { statements: [] as Match[], header: [] as HeaderMatch[], authorship: false };
  const alternatives = source === undefined ? [] : Array.isArray(source) ? (source as unknown[]) : [source];
  alternatives.forEach((alternative, index) => {
    const place = Array.isArray(source) ? inside(at, index) : at;
    if (typeof alternative !== 'object' || alternative === null) return mistake(place, 'a match is an object');
    unknownKeys(alternative, MATCH_KEYS, place);
    const { template, version, within, section, where, leftOver, path, authorship, priority } = alternative as Record<
      string,
      unknown
    >;
    if (authorship === true) return void (result.authorship = true);
    if (path !== undefined) {
      const selector = selectorAt(inside(place, 'path'), path)?.selector;
      if (selector !== undefined) result.header.push({ mapping, path: selector });
      return undefined;
    }
    const sections =
      section === undefined
        ? undefined
        : new Set(textList(section, inside(place, 'section'), 'section takes LOINC codes'));
    const condition = where === undefined ? undefined : selectorAt(inside(place, 'where'), where)?.selector;
    const conditions = [template, version, within, sections, condition].filter((c) => c !== undefined).length;
    if (conditions === 0) mistake(place, 'a match needs a condition: template, section, where, path or authorship');
    if (within !== undefined && typeof within !== 'string') mistake(inside(place, 'within'), 'a template is an OID');
    const templates =
      template === undefined
        ? []
        : textList(template, inside(place, 'template'), 'a template is an OID, or a list of them');
    const match = {
      mapping,
      elements,
      ...(typeof version === 'string' ? { version } : {}),
      ...(typeof within === 'string' ? { within } : {}),
      ...(sections === undefined ? {} : { sections }),
      ...(condition === undefined ? {} : { where: condition }),
      leftOver: leftOver === true,
      priority: typeof priority === 'number' ? priority : conditions,
    };
    if (template === undefined) result.statements.push(match);
    // Any of them will do: versions of one template in the guides of several years.
    for (const oid of templates) result.statements.push({ ...match, template: oid });
    return undefined;
  });
  return result;
}

function unknownKeys(source: object, known: readonly string[], scope: Scope): void {
  for (const key of Object.keys(source)) {
    if (!known.includes(key)) mistake(inside(scope, key), `there is no "${key}" here${suggestion(key, known)}`, 'key');
  }
}
