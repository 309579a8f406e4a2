import { readFileSync } from 'node:fs';
import { nearest } from '../xpath/nearest.js';

/**
 * The templates of the standards by OID, with their names, and the roots below which the standards number them: elsewhere a
 * sender may number its own. `scripts/generate-known-templates.ts` makes the file.
 */
const { roots, templates } = JSON.parse(readFileSync(new URL('./known-templates.json', import.meta.url), 'utf8')) as {
  readonly roots: readonly string[];
  readonly templates: Readonly<Record<string, string>>;
};

const names = new Map(Object.entries(templates));

/** A template in words: its OID, and its name in the standard if one has it: `Problem Observation, 2.16.840…`. */
export function templateName(oid: string): string {
  const name = names.get(oid) ?? '';
  return name === '' ? oid : `${name}, ${oid}`;
}

/** The name that a standard gives a template; undefined if none does. */
export function nameInStandard(oid: string): string | undefined {
  const name = names.get(oid);
  return name === '' ? undefined : name;
}

/**
 * Why the OID of a template is probably a mistake, or undefined where a standard has it, or a sender may have it.
 *
 *   doubtAboutTemplate('2.16.840.1.113883.10.22.4.4')
 *   // 'no standard has the template 2.16.840.1.113883.10.22.4.4; did you mean 2.16.840.1.113883.10.20.22.4.4 (Problem Observation)?'
 */
export function doubtAboutTemplate(oid: string): string | undefined {
  if (names.has(oid)) return undefined;
  const [, plain, version] = /^(.*):(\d{4}-\d\d-\d\d)$/.exec(oid) ?? [];
  if (plain !== undefined)
    return `a template is an OID; its date goes beside it: "template": "${plain}", "version": "${version!}"`;
  const arcs = oid.split('.');
  const near = [...names.keys()].filter((known) => differsInOneArc(arcs, known.split('.')));
  if (near.length === 0 && !roots.some((root) => oid.startsWith(root))) return undefined;
  const meant = nearest(oid, near.length > 0 ? near : names.keys());
  const name = names.get(meant ?? '') ?? '';
  const hint = meant === undefined ? '' : `; did you mean ${meant}${name === '' ? '' : ` (${name})`}?`;
  return `no standard has the template ${oid}${hint}`;
}

/** Whether one arc of the OID is missing, added or different. */
function differsInOneArc(one: readonly string[], other: readonly string[]): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1) return false;
  const at = short.findIndex((arc, index) => arc !== long[index]);
  const first = at < 0 ? short.length : at;
  const rest = (arcs: readonly string[], from: number) => arcs.slice(from).join('.');
  return rest(long, first + 1) === rest(short, short.length === long.length ? first + 1 : first);
}
