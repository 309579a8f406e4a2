import { copiedText } from '../../xml/copied-text.js';
import { nameWords } from '../pack/names.js';
import type { Concept, TermPack } from '../pack/term-pack.js';

type Verdict = ReturnType<typeof contradicts>;
/** Results for names that were compared before: a sender uses the same names again and again. */
const verdicts = new WeakMap<TermPack, Map<string, Verdict>>();
const MOST_KEPT = 3000;

/** As `contradicts`, but remembers the result. */
export function judge(pack: TermPack, system: string, code: string, concept: Concept, display: string): Verdict {
  const known = verdicts.get(pack) ?? new Map<string, Verdict>();
  verdicts.set(pack, known);
  const key = `${system}\n${code}\n${display}`;
  if (known.has(key)) return known.get(key);
  const verdict = contradicts(pack, system, code, concept, display);
  if (known.size >= MOST_KEPT) known.clear();
  known.set(copiedText(key), verdict);
  return verdict;
}

/**
 * How a display contradicts its code: `another`, it is the name of another code of the system, and none of this one's;
 * `nothing-in-common`, no word of it stands in any name of the code. Undefined where it may be right: it abbreviates, is in
 * other letters, or says it in some of the same words.
 */
export function contradicts(
  pack: TermPack,
  system: string,
  code: string,
  concept: Concept,
  display: string,
): 'another' | 'nothing-in-common' | undefined {
  const said = nameWords(display);
  // For a name from a value set or a map, nobody knows which other names the code has.
  if (said.length === 0 || concept.display === undefined || !concept.isOfSystem) return undefined;
  const names = namesOf(pack, system, concept);
  const text = said.join(' ');
  if (names.some((words) => words.join(' ') === text)) return undefined;
  const named = pack.codesNamed(system, display);
  if (named.length > 0 && !named.includes(code)) return sharesAll(said, names) ? undefined : 'another';
  // A short name such as `HTN` or `WBC` may stand for anything.
  const long = said.filter((word) => word.length >= LONG && !/\d/.test(word));
  if (long.length < FEW || /[^\p{ASCII}]/u.test(display)) return undefined;
  const known = names.flat().concat(concept.words.flatMap(nameWords));
  return long.some((word) => known.some((other) => isAlike(word, other))) ? undefined : 'nothing-in-common';
}

const LONG = 4;
const FEW = 2;

/** All names of the code, and those of the things that it is a brand or a form of. */
function namesOf(pack: TermPack, system: string, { display = '', names, relatives }: Concept): string[][] {
  const others = relatives.flatMap((code) => {
    const relative = pack.concept(system, code);
    return relative === undefined ? [] : [relative.display ?? '', ...relative.names];
  });
  return [display, ...names, ...others].map(nameWords);
}

/** Whether one of the names has all of the words, so that the display says no more than this name. */
function sharesAll(said: readonly string[], names: readonly (readonly string[])[]): boolean {
  return names.some((words) => said.every((word) => words.includes(word)));
}

/** `diabetes` and `diabetic`: the same in their first letters. */
function isAlike(word: string, other: string): boolean {
  return other.length >= LONG && word.slice(0, LONG) === other.slice(0, LONG);
}
