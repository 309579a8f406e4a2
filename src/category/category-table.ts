/**
 * Tables that put a diagnosis code into a category: CMS-HCC, RxHCC, or a payer's own. A table is `NAME.csv` (code,
 * category), and beside it `NAME-labels.csv`, `NAME-hierarchy.csv` (category, supersedes) and `NAME-edits.csv`, each
 * optional. The engine knows no model: what a category means stands in the files.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface CategoryTable {
  readonly name: string;
  /** The system of its codes and of its categories, and its version: the head of its labels, `# system=…`. */
  readonly head: Readonly<Record<string, string>>;
  /** The categories of a code, written with or without its dot, for a person as far as age and sex are known. */
  categoriesOf(code: string, person?: CategoryPerson): readonly string[];
  label(category: string): string | undefined;
  /** Those of the categories that another one of them supersedes, each with that other one. */
  superseded(categories: readonly string[]): ReadonlyMap<string, string>;
  /** Those of the categories that count only together with others, and the others are missing. */
  unaccompanied(categories: readonly string[]): readonly string[];
}

export interface CategoryPerson {
  /** In whole years, on the day that the table asks about. */
  readonly age?: number | undefined;
  readonly gender?: string | undefined;
}

interface Edit {
  readonly gender: string;
  readonly least: number;
  readonly most: number;
  /** Empty if the code has no category for such a person. */
  readonly category: string;
}

/** Tables by name. Each is read when it is first asked for. */
export interface CategoryTables {
  readonly names: readonly string[];
  get(name: string): CategoryTable | undefined;
}

/** The tables of folders. If two have the same name, the one in the later folder counts. */
export function readCategoryTables(folders: readonly string[]): CategoryTables {
  const places = new Map<string, string>();
  for (const folder of folders) {
    for (const file of readdirSync(folder).sort()) {
      const name = /^(.+)\.csv$/.exec(file)?.[1];
      if (name !== undefined && !/-(labels|hierarchy|edits)$/.test(name)) places.set(name, folder);
    }
  }
  const tables = new Map<string, CategoryTable>();
  return {
    names: [...places.keys()],
    get(name) {
      const folder = places.get(name);
      if (folder === undefined) return undefined;
      let table = tables.get(name);
      if (table === undefined) tables.set(name, (table = readTable(folder, name)));
      return table;
    },
  };
}

function readTable(folder: string, name: string): CategoryTable {
  const read = (kind: string): string => {
    const file = join(folder, `${name}${kind}.csv`);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };
  return categoryTable(name, {
    codes: read(''),
    labels: read('-labels'),
    hierarchy: read('-hierarchy'),
    edits: read('-edits'),
  });
}

/** A table from the texts of its files. */
export function categoryTable(
  name: string,
  texts: { codes: string; labels?: string; hierarchy?: string; edits?: string },
): CategoryTable {
  const codes = grouped(rows(texts.codes));
  const labels = new Map(rows(texts.labels ?? '').map(([category = '', label = '']) => [category, label]));
  const below = grouped(rows(texts.hierarchy ?? ''));
  const edits = new Map<string, Edit[]>();
  for (const [code = '', gender = '', least = '', most = '', category = ''] of rows(texts.edits ?? '')) {
    const edit = { gender, least: Number(least || 0), most: most === '' ? Infinity : Number(most), category };
    edits.set(code, [...(edits.get(code) ?? []), edit]);
  }
  const head = headOf(texts.codes);
  const beside = new Map(
    Object.entries(head)
      .filter(([key]) => key.startsWith('only-beside-'))
      .map(([key, value]) => [key.slice('only-beside-'.length), value.split(' ')]),
  );
  return {
    name,
    head,
    categoriesOf(code, person = {}) {
      const bare = code.replace('.', '').toUpperCase();
      const edit = edits.get(bare)?.find((one) => applies(one, person));
      if (edit !== undefined) return edit.category === '' ? [] : [edit.category];
      return codes.get(bare) ?? [];
    },
    label: (category) => labels.get(category),
    superseded(categories) {
      const by = new Map<string, string>();
      for (const category of categories) {
        for (const lower of below.get(category) ?? []) {
          if (categories.includes(lower) && !by.has(lower)) by.set(lower, category);
        }
      }
      return by;
    },
    unaccompanied: (categories) =>
      categories.filter((one) => {
        const others = beside.get(one);
        return others !== undefined && !others.some((other) => categories.includes(other));
      }),
  };
}

/** An edit applies only if the data that it asks for are known. */
function applies({ gender, least, most }: Edit, person: CategoryPerson): boolean {
  if (gender !== '' && gender !== person.gender) return false;
  if (least === 0 && most === Infinity) return true;
  if (person.age === undefined) return false;
  // The range "65 to 8" means below nine and from 65 on.
  return least > most ? person.age >= least || person.age <= most : person.age >= least && person.age <= most;
}

function grouped(found: readonly (readonly string[])[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [key = '', value = ''] of found) {
    const own = groups.get(key);
    if (own === undefined) groups.set(key, [value]);
    else own.push(value);
  }
  return groups;
}

/** The rows of a CSV below its head row; lines with `#` say where it comes from. */
function rows(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .slice(1)
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain = '']) =>
        quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'),
      ),
    );
}

/** `# version: 28` */
function headOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^# ([\w-]+): (.*)$/gm)].map(([, key = '', value = '']) => [key, value.trim()]),
  );
}
