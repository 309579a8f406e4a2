/**
 * Calls `visit` for each leaf of a resource, or of a part of one, in order, with its path: `code.coding[0].code`. The
 * content of `_birthDate` has paths that begin with `birthDate` (FHIR R4, 2.6.2), because a path names the element, not
 * the JSON.
 */
export function forEachLeaf(value: unknown, visit: (path: string, value: unknown) => void): void {
  walk(value, '', visit);
}

function walk(value: unknown, path: string, visit: (path: string, value: unknown) => void): void {
  if (value === undefined || value === null) return;
  if (typeof value !== 'object') return visit(path, value);
  if (Array.isArray(value)) return value.forEach((item, index) => walk(item, `${path}[${index}]`, visit));
  for (const [key, inner] of Object.entries(value)) {
    const name = key.startsWith('_') ? key.slice(1) : key;
    walk(inner, path === '' ? name : `${path}.${name}`, visit);
  }
}

/** A path and the paths around it, the nearest first: `a.b[0]`, `a.b`, `a`. */
export function* around(path: string): Generator<string> {
  let at = path;
  while (at !== '') {
    yield at;
    at = at.slice(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['), 0));
  }
}
