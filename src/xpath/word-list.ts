/** Lists of words and phrases by which texts are recognized. Case, white space and punctuation don't count. */
import { copiedText } from '../xml/copied-text.js';
import { keptByText } from '../xml/kept-by-text.js';

/** Up to here a text is a heading or a cell, and longer ones are paragraphs. */
const SHORT = 100;

/** A compiled word list. */
export interface WordList {
  /** The index of the entry that is the whole text; -1 if there is none. */
  place(text: string): number;
  /** Whether the whole text is an entry, and not one of those in `alone`. */
  names(text: string): boolean;
  /**
   * The index of the phrase that the text ends with, as whole words: `Current Medications` ends with `medications`. -1
   * if there is none.
   */
  ending(text: string): number;
  /** Whether the text contains one of the phrases, as whole words. Entries in `alone` don't count here. */
  mentioned(text: string): boolean;
  /** Whether the text consists of nothing but entries of the list and numbers (of a date, for example). */
  made(text: string): boolean;
}

/**
 * Compiles a list. The entries of `alone` count only if they are the whole text: `none` says that there is nothing, but
 * `none of these before` does not.
 *
 *   const list = compileWordList(['no data', 'unknown'], ['none']);
 *   list.place('No  Data.')              // 0
 *   list.names('none')                   // false: it counts alone
 *   list.mentioned('There is no data.')  // true
 *   list.mentioned('none of these')      // false
 *   list.made('unknown, no data')        // true
 */
export function compileWordList(words: readonly string[], alone: readonly string[] = []): WordList {
  const places = new Map<string, number>();
  const byFirst = new Map<string, string[]>();
  for (const word of [...words, ...alone]) if (!places.has(bare(word))) places.set(bare(word), places.size);
  for (const phrase of words.map(bare)) {
    const first = firstWord(phrase);
    byFirst.set(first, [...(byFirst.get(first) ?? []), phrase]);
  }
  const endings = new Set(words.map(bare));
  return {
    place: (text) => places.get(bare(text)) ?? -1,
    names: (text) => endings.has(bare(text)),
    ending: onceIfLong((text) => {
      const said = bare(text);
      for (let at = 0; at >= 0 && at < said.length; at = after(said, at)) {
        const rest = said.slice(at);
        if (endings.has(rest)) return places.get(rest)!;
      }
      return -1;
    }),
    mentioned: onceIfLong((text) => {
      const said = bare(text);
      for (let at = 0; at >= 0 && at < said.length; at = after(said, at)) {
        const phrases = byFirst.get(firstWord(said, at));
        if (phrases?.some((phrase) => isAt(said, phrase, at)) === true) return true;
      }
      return false;
    }),
    made: onceIfLong((text) => {
      const said = withoutNumbers(bare(text));
      if (said === '') return false;
      // The places where a word begins and before which everything is in the list.
      const reached = new Set([0]);
      for (let at = 0; at >= 0 && at < said.length; at = after(said, at)) {
        if (!reached.has(at)) continue;
        for (const phrase of byFirst.get(firstWord(said, at)) ?? []) {
          if (!isAt(said, phrase, at)) continue;
          if (at + phrase.length === said.length) return true;
          reached.add(at + phrase.length + 1);
        }
      }
      return false;
    }),
  };
}

/** `none as of 05 01 2024` becomes `none as of`. Numbers alone are no entry. */
const withoutNumbers = (said: string): string => (/\d/.test(said) ? said.replace(/(^| )\d+(?= |$)/g, '').trim() : said);

/**
 * Keeps the answers for long texts, because many entries may refer to one paragraph, and each asks what it mentions.
 * Only a few texts are kept, for all lists together.
 */
function onceIfLong<T>(answer: (text: string) => T): (text: string) => T {
  return (text) => {
    if (text.length <= SHORT) return answer(text);
    const answers = answersForLong(text);
    let said = answers.get(answer) as T | undefined;
    if (said === undefined) answers.set(answer, (said = answer(text)));
    return said;
  };
}

/** What the lists answered for a long text, by the question. */
function answersForLong(text: string): Map<unknown, unknown> {
  let answers = longTexts.get(text);
  if (answers === undefined) {
    if (longTexts.size >= FEW_LONG || longCharacters > MOST_CHARACTERS) {
      longTexts.clear();
      longCharacters = 0;
    }
    longTexts.set(copiedText(text), (answers = new Map()));
    longCharacters += text.length;
  }
  return answers;
}

const longTexts = new Map<string, Map<unknown, unknown>>();
const FEW_LONG = 16;
/** A hostile document may have a text of 50 MB, and the next one another. */
const MOST_CHARACTERS = 1_000_000;
let longCharacters = 0;

/**
 * A text reduced to its words: lower case, one blank between two words, no punctuation. An apostrophe and the brackets
 * of `(s)` don't separate words.
 *
 *   bare(' N/A ')            // 'n a'
 *   bare("Doctor’s name(s)") // 'doctors names'
 */
export const bare: (text: string) => string =
  // Every list is asked about the same headings and cells. So the words of recent short texts are kept.
  keptByText(bareOf, { most: 1000, longest: SHORT });

function bareOf(text: string): string {
  const plain = text.normalize('NFKC').toLowerCase();
  return plain
    .replace(/['’]|\((?=e?s\))/gu, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();
}

function firstWord(text: string, from = 0): string {
  const end = text.indexOf(' ', from);
  return end < 0 ? text.slice(from) : text.slice(from, end);
}

/** Where the next word begins; -1 after the last word. */
function after(text: string, at: number): number {
  const blank = text.indexOf(' ', at);
  return blank < 0 ? -1 : blank + 1;
}

function isAt(text: string, phrase: string, at: number): boolean {
  const end = at + phrase.length;
  return text.startsWith(phrase, at) && (end === text.length || text.charAt(end) === ' ');
}
