import type { HeaderMatch, Match } from './compiled-mapping.js';
import type { Mapping } from './mapping.js';
import { entering } from './bindings.js';
import { inside, mistake, textList, unknownKeys, type Scope } from './scope.js';
import { selectorAt } from './selectors.js';
import { whenChecked } from './when-asked.js';

const MATCH_KEYS = '$comment any template version within section where leftOver path authorship priority'.split(' ');

/** Where a mapping applies, as its file says. */
export interface Applicability {
  readonly statements: readonly Match[];
  readonly header: readonly HeaderMatch[];
  readonly authorship: boolean;
}

/** One set of conditions, with those that it shares with others. */
interface Alternative {
  readonly place: Scope;
  readonly conditions: Readonly<Record<string, unknown>>;
  /** All of these must hold. */
  readonly where: readonly { readonly text: unknown; readonly place: Scope }[];
}

/**
 * Compiles `match`: a set of conditions, or a list of sets of which one must hold. Conditions that several sets share
 * are written once: `{ "where": "happened()", "any": [{ "template": "…" }, { "section": "…", "where": "value" }] }`.
 */
export function applicability(
  mapping: Mapping,
  source: unknown,
  elements: ReadonlySet<number>,
  scope: Scope,
): Applicability {
  const result = { statements: [] as Match[], header: [] as HeaderMatch[], authorship: false };
  for (const { place, conditions, where } of alternativesOf(source, inside(scope, 'match'))) {
    const { path, authorship } = conditions;
    if (authorship === true) result.authorship = true;
    else if (path !== undefined) {
      const selector = selectorAt(inside(place, 'path'), path)?.selector;
      if (selector !== undefined) result.header.push({ mapping, path: selector });
    } else {
      result.statements.push(...matchesOf(mapping, elements, place, conditions, where));
    }
  }
  return result;
}

function alternativesOf(source: unknown, at: Scope, shared?: Alternative): Alternative[] {
  if (source === undefined) return [];
  const list: unknown[] = Array.isArray(source) ? source : [source];
  return list.flatMap((item, index) => {
    const place = Array.isArray(source) ? inside(at, index) : at;
    if (typeof item !== 'object' || item === null) {
      mistake(place, 'a match is an object');
      return [];
    }
    unknownKeys(item, MATCH_KEYS, place);
    const { any, where, ...own } = item as Readonly<Record<string, unknown>>;
    const alternative: Alternative = {
      place,
      conditions: { ...shared?.conditions, ...own },
      where: [
        ...(shared?.where ?? []),
        ...(where === undefined ? [] : [{ text: where, place: inside(place, 'where') }]),
      ],
    };
    if (any === undefined) return [alternative];
    if (!Array.isArray(any))
      mistake(inside(place, 'any'), '"any" is a list of matches that share what stands beside it');
    return alternativesOf(any, inside(place, 'any'), alternative);
  });
}

function matchesOf(
  mapping: Mapping,
  elements: ReadonlySet<number>,
  place: Scope,
  { template, version, within, section, leftOver, priority }: Alternative['conditions'],
  where: Alternative['where'],
): Match[] {
  const sections =
    section === undefined
      ? undefined
      : new Set(textList(section, inside(place, 'section'), 'section takes LOINC codes'));
  const tested = where.length > 0;
  const conditions = [template, version, within, sections, where[0]].filter((c) => c !== undefined).length;
  if (conditions === 0) mistake(place, 'a match needs a condition: template, section, where, path or authorship');
  if (within !== undefined && typeof within !== 'string') mistake(inside(place, 'within'), 'a template is an OID');
  const match: Match = {
    mapping,
    elements,
    ...(typeof version === 'string' ? { version } : {}),
    ...(typeof within === 'string' ? { within } : {}),
    ...(sections === undefined ? {} : { sections }),
    ...(tested ? { where: whenChecked(place.environment, () => testOf(where)) } : {}),
    leftOver: leftOver === true,
    wheres: where.flatMap(({ text }) => (typeof text === 'string' ? [text] : [])),
    asks: JSON.stringify([version, within, [...(sections ?? [])].sort(), where.map(({ text }) => text)]),
    place,
    priority: typeof priority === 'number' ? priority : conditions,
  };
  if (template === undefined) return [match];
  // Any of these templates is enough. The guides of several years have different OIDs for one template.
  return textList(template, inside(place, 'template'), 'a template is an OID, or a list of them').map((oid) => ({
    ...match,
    template: oid,
  }));
}

/** Whether all of the selectors hold. */
function testOf(where: Alternative['where']): NonNullable<Match['where']> {
  const tests = where.flatMap(({ text, place }) => {
    const selector = selectorAt(place, text)?.selector;
    return selector === undefined ? [] : [entering(selector, place.bindings)];
  });
  return (run, node) => tests.every((test) => test.boolean(run, node));
}
