import { locate, type MappingFile } from '../mapping/mapping-file.js';
import { escapePointer } from '../mapping/mapping-file.js';

/** An alternative or a condition of a mapping: some documents take it, others do not. */
export interface Branch {
  readonly file: string;
  /** JSON pointer of the object or text that gives the value. */
  readonly pointer: string;
  readonly line: number;
  readonly column: number;
  /** `$first` for an alternative, `$when` for an element that is made only on a condition. */
  readonly kind: '$first' | '$when';
  readonly text: string;
}

/** The branches of mappings and fragments: every alternative of a `$first`, and what has a `$when`. */
export function branchesOf(files: readonly MappingFile[]): Branch[] {
  return files.flatMap((file) => {
    const found: Branch[] = [];
    const add = (pointer: string, kind: Branch['kind'], value: unknown): void => {
      found.push({
        file: file.path,
        pointer,
        ...locate(file, pointer),
        kind,
        text: JSON.stringify(value).slice(0, 200),
      });
    };
    const walk = (value: unknown, pointer: string): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, inner] of Object.entries(value)) {
        const at = `${pointer}/${escapePointer(key)}`;
        if (key === '$first' && Array.isArray(inner))
          inner.forEach((item, index) => add(`${at}/${index}`, '$first', item));
        if (key === '$when' && !/\/\$first\/\d+$/.test(pointer)) add(pointer, '$when', value);
        walk(inner, at);
      }
    };
    const { resource, value } = (file.value ?? {}) as { resource?: unknown; value?: unknown };
    walk(resource, '/resource');
    walk(value, '/value');
    return found;
  });
}

/** Branches that no test reaches: no rule at or below them made a value. */
export function unreached(branches: readonly Branch[], reached: ReadonlySet<string>): Branch[] {
  // When a rule made a value, the test has also reached everything around that rule.
  const around = new Set<string>();
  for (const rule of reached) {
    for (let at = rule; at.includes('#/'); at = at.slice(0, at.lastIndexOf('/'))) {
      if (around.has(at)) break;
      around.add(at);
    }
  }
  return branches.filter(({ file, pointer }) => !around.has(`${file}#${pointer}`));
}
