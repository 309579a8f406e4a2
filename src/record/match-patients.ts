/**
 * Who is who, by rules that anybody can read (match-rules.json): the first rule whose fields all agree says MATCH, which
 * links, or POSSIBLE_MATCH, which is only told. Contradicting birth dates veto everything. Nothing is merged: Patients
 * keep their ids.
 */
import { readFileSync } from 'node:fs';
import type { Patient } from 'fhir/r4.js';
import type { PatientLink } from './person-record.js';

export interface MatchRules {
  readonly identifiers: {
    readonly member: Known;
    readonly ssn: Known;
    /** Regular expressions, ignoring case: texts that documents write where an identifier is missing. */
    readonly placeholders: readonly string[];
    /** If this many different birth dates have an identifier, it identifies nobody. */
    readonly nobodysFrom: number;
  };
  /** Fields that forbid a match if all of them contradict. */
  readonly vetoes: readonly (readonly string[])[];
  readonly results: Readonly<Record<string, PatientLink['result']>>;
}

interface Known {
  readonly types: readonly string[];
  readonly systems: readonly string[];
}

export const packagedRules = JSON.parse(
  readFileSync(new URL('./match-rules.json', import.meta.url), 'utf8'),
) as MatchRules;

/**
 * A patient as one document describes them, with the payer's own id if intake gives one. That id beats every rule
 * except the veto.
 */
export interface PatientSaid {
  readonly patient: Patient;
  readonly member?: string | undefined;
}

/**
 * What a rule can find of a field of two patients: they agree, they contradict each other, or one of them says
 * nothing.
 */
type Agreement = 'agree' | 'contradict' | 'silent';

/**
 * Groups patients into persons: the indices of the patients that are one person, smallest first, and every link with
 * its rule.
 */
export function matchPatients(
  said: readonly PatientSaid[],
  rules: MatchRules = packagedRules,
): { groups: number[][]; links: { pair: [number, number]; rule: string; result: PatientLink['result'] }[] } {
  const known = identifiersOf(said, rules);
  const pairs: { pair: [number, number]; rule: string; result: PatientLink['result'] }[] = [];
  const vetoed = new Set<string>();
  const fields = said.map((one, index) => fieldsOf(one, known[index]!));
  for (let one = 0; one < said.length; one++) {
    for (let other = one + 1; other < said.length; other++) {
      const compare = comparison(fields[one]!, fields[other]!);
      if (rules.vetoes.some((veto) => veto.every((field) => compare(field) === 'contradict'))) {
        vetoed.add(`${one} ${other}`);
        continue;
      }
      const rule = ruleFor(said[one]!, said[other]!, compare, rules);
      if (rule !== undefined) pairs.push({ pair: [one, other], ...rule });
    }
  }
  // A third patient whose own data are missing must not join two others.
  const group = said.map((_, index) => [index]);
  const links = pairs.map((link) => {
    const [one, other] = [group[link.pair[0]]!, group[link.pair[1]]!];
    if (link.result !== 'MATCH' || one === other) return link;
    const forbidden = one.some((a) => other.some((b) => vetoed.has(a < b ? `${a} ${b}` : `${b} ${a}`)));
    if (forbidden) return { ...link, result: 'POSSIBLE_MATCH' as const };
    const joined = [...one, ...other].sort((a, b) => a - b);
    for (const index of joined) group[index] = joined;
    return link;
  });
  return { groups: [...new Set(group)], links };
}

function ruleFor(
  one: PatientSaid,
  other: PatientSaid,
  compare: (field: string) => Agreement,
  rules: MatchRules,
): { rule: string; result: PatientLink['result'] } | undefined {
  if (one.member !== undefined && one.member === other.member) return { rule: 'payer-member', result: 'MATCH' };
  // Cairn's id is made from the sender's id and the birth date.
  if (one.patient.id === other.patient.id && compare('family') !== 'contradict') return { rule: 'id', result: 'MATCH' };
  for (const [rule, result] of Object.entries(rules.results)) {
    if (rule.split(',').every((field) => compare(field) === 'agree')) return { rule, result };
  }
  return undefined;
}

interface Identifiers {
  readonly member: ReadonlySet<string>;
  readonly ssn: ReadonlySet<string>;
  readonly mrn: ReadonlySet<string>;
}

/** The identifiers of each patient by kind, without placeholders and without those that identify nobody. */
function identifiersOf(said: readonly PatientSaid[], { identifiers }: MatchRules): Identifiers[] {
  const placeholders = identifiers.placeholders.map((text) => new RegExp(text, 'i'));
  const births = new Map<string, Set<string>>();
  for (const { patient } of said) {
    for (const { system = '', value = '' } of patient.identifier ?? []) {
      const dates = births.get(`${system}|${value}`) ?? new Set<string>();
      if (patient.birthDate !== undefined) dates.add(patient.birthDate);
      births.set(`${system}|${value}`, dates);
    }
  }
  const isNobodys = (key: string): boolean => {
    const dates = [...(births.get(key) ?? [])];
    const different = dates.filter((date) => !dates.some((other) => other !== date && other.startsWith(date)));
    return different.length >= identifiers.nobodysFrom;
  };
  return said.map(({ patient }) => {
    const sets = { member: new Set<string>(), ssn: new Set<string>(), mrn: new Set<string>() };
    for (const { system = '', value, type } of patient.identifier ?? []) {
      if (value === undefined || placeholders.some((pattern) => pattern.test(value.trim()))) continue;
      const key = `${system}|${value}`;
      if (isNobodys(key)) continue;
      const is = ({ types, systems }: Known): boolean =>
        systems.includes(system) || (type?.coding?.some(({ code = '' }) => types.includes(code)) ?? false);
      const kind = is(identifiers.member) ? 'member' : is(identifiers.ssn) ? 'ssn' : 'mrn';
      sets[kind].add(key);
    }
    return sets;
  });
}

/** The fields of a patient, each as the set of its values. An empty set means that nothing is said. */
type Fields = ReadonlyMap<string, ReadonlySet<string>>;
const SILENT: ReadonlySet<string> = new Set();

function fieldsOf({ patient }: PatientSaid, { member, ssn, mrn }: Identifiers): Fields {
  const names = patient.name ?? [];
  const set = (texts: readonly (string | undefined)[]): Set<string> =>
    new Set(texts.flatMap((text) => (text === undefined || plain(text) === '' ? [] : [plain(text)])));
  return new Map(
    Object.entries({
      'member-id': member,
      ssn,
      mrn,
      'birth-date': new Set(patient.birthDate === undefined ? [] : [patient.birthDate]),
      family: set(names.map(({ family }) => family)),
      given: set(names.map(({ given }) => given?.[0])),
      sex: new Set(patient.gender === undefined || patient.gender === 'unknown' ? [] : [patient.gender]),
      address: set(
        (patient.address ?? []).map(({ postalCode, line }) =>
          postalCode === undefined || line === undefined ? undefined : `${postalCode.slice(0, 5)} ${line.join(' ')}`,
        ),
      ),
      telecom: new Set(
        (patient.telecom ?? []).flatMap(({ system, value = '' }) => {
          const number = system === 'email' ? value.toLowerCase() : value.replace(/\D/g, '').slice(-10);
          return number.length < 7 ? [] : [number];
        }),
      ),
    }),
  );
}

function comparison(one: Fields, other: Fields): (field: string) => Agreement {
  return (field) => {
    const [here, there] = [one.get(field) ?? SILENT, other.get(field) ?? SILENT];
    if (here.size === 0 || there.size === 0) return 'silent';
    // 1951 and 1951-06-30 do not contradict each other.
    const same =
      field === 'birth-date'
        ? [...here].some((a) => [...there].some((b) => a.startsWith(b) || b.startsWith(a)))
        : [...here].some((a) => there.has(a));
    return same ? 'agree' : 'contradict';
  };
}

/** Letters and digits alone, without case and accents. */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}
