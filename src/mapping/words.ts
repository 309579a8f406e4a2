import { nearest, suggestion } from '../xpath/nearest.js';
import { bare, compileWordList } from '../xpath/word-list.js';
import { baseName, type MappingFile } from './mapping-file.js';
import { inside, mistake, type Environment, type Scope } from './scope.js';

/** A word list as in `words/<name>.json`. It is checked here, so every member may still be anything. */
interface WordsSource {
  readonly title?: unknown;
  readonly words?: unknown;
  readonly alone?: unknown;
}

/** A sender's changes: `senders/<sender>/words/<name>.json`. */
interface ChangeSource {
  readonly add?: unknown;
  readonly remove?: unknown;
}

const LIST_KEYS = ['$schema', '$comment', 'title', 'words', 'alone'];
const CHANGE_KEYS = ['$schema', '$comment', 'add', 'remove'];

/**
 * Compiles the word lists of a set, with a sender's changes:
 *
 *   words/no-data.json                  { "title": "…", "words": ["no data", "not available"], "alone": ["none"] }
 *   senders/acme/words/no-data.json     { "add": ["keine Angabe"], "remove": ["none"] }
 */
export function compileWords(
  files: readonly MappingFile[],
  changes: readonly MappingFile[],
  environment: Environment,
): void {
  const scopeOf = (file: MappingFile): Scope => ({ environment, file, pointer: '', context: undefined });
  const byName = new Map(changes.map((file) => [baseName(file), file]));
  const compile = (file: MappingFile): void => {
    const scope = scopeOf(file);
    const { title, words, alone = [] } = sourceOf(file) as WordsSource;
    unknownKeys(scope, LIST_KEYS);
    if (typeof title !== 'string') mistake(scope, 'a word list needs "title": what its words mean');
    const seen = new Set<string>();
    const named = {
      words: phrases(words, inside(scope, 'words'), seen),
      alone: phrases(alone, inside(scope, 'alone'), seen),
    };
    const change = byName.get(baseName(file));
    byName.delete(baseName(file));
    const changed = change === undefined ? named : changedBy(named, scopeOf(change));
    environment.lists.set(baseName(file), compileWordList(changed.words, changed.alone));
  };
  for (const file of files) {
    if (environment.checked) environment.lists.later(baseName(file), () => compile(file));
    else compile(file);
  }
  for (const [name, file] of byName) {
    mistake(scopeOf(file), `there is no word list "${name}" to change${suggestion(name, environment.lists.keys())}`);
  }
}

interface Named {
  readonly words: readonly string[];
  readonly alone: readonly string[];
}

function changedBy({ words, alone }: Named, scope: Scope): Named {
  unknownKeys(scope, CHANGE_KEYS);
  const { add = [], remove = [] } = sourceOf(scope.file) as ChangeSource;
  const added = phrases(add, inside(scope, 'add'), new Set());
  const gone = new Map(phrases(remove, inside(scope, 'remove'), new Set()).map((phrase) => [bare(phrase), phrase]));
  const known = new Set([...words, ...alone].map(bare));
  for (const [phrase, written] of gone) {
    if (known.has(phrase)) continue;
    const near = nearest(phrase, known);
    mistake(
      inside(scope, 'remove'),
      `"${written}" is not in the list${near === undefined ? '' : `; did you mean ${near}?`}`,
    );
  }
  const stays = (phrase: string) => !gone.has(bare(phrase));
  return { words: [...words.filter(stays), ...added], alone: alone.filter(stays) };
}

/** The phrases of a list. Each must have a letter or a digit, and must not be in the list twice. */
function phrases(source: unknown, scope: Scope, seen: Set<string>): string[] {
  if (!Array.isArray(source)) {
    mistake(scope, 'words are a list of texts');
    return [];
  }
  return (source as unknown[]).filter((phrase, index): phrase is string => {
    if (typeof phrase !== 'string' || bare(phrase) === '') {
      mistake(inside(scope, index), 'a word or phrase is a text with a letter or a digit in it');
      return false;
    }
    if (seen.has(bare(phrase))) mistake(inside(scope, index), `"${phrase}" stands in the list before`);
    seen.add(bare(phrase));
    return true;
  });
}

function unknownKeys(scope: Scope, known: readonly string[]): void {
  for (const key of Object.keys(sourceOf(scope.file)))
    if (!known.includes(key)) mistake(inside(scope, key), `there is no "${key}" here${suggestion(key, known)}`, 'key');
}

function sourceOf({ value }: MappingFile): object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
