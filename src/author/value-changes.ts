import { forEachLeaf } from '../provenance/leaves.js';

/** A value that differs, with its place in both resources. */
export interface ValueChange {
  readonly kind: 'added' | 'gone' | 'changed';
  readonly element: string;
  readonly fromTarget: string;
  readonly toTarget: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/**
 * Compares two values of one element, member by member. `fromTarget` and `toTarget` are its places in the two resources.
 *
 *   valueChanges({ text: 'a' }, { text: 'b' }, 'Condition.code', 'Condition/1.code', 'Condition/1.code')
 *   // [{ kind: 'changed', element: 'Condition.code.text', from: 'a', to: 'b', ... }]
 */
export function valueChanges(
  from: unknown,
  to: unknown,
  element: string,
  fromTarget: string,
  toTarget: string,
): ValueChange[] {
  if (from === undefined || from === null)
    return leaves(to, element, toTarget).map((leaf) => ({
      kind: 'added',
      ...leaf,
      fromTarget,
      toTarget: leaf.target,
      to: leaf.value,
    }));
  if (to === undefined || to === null)
    return leaves(from, element, fromTarget).map((leaf) => ({
      kind: 'gone',
      ...leaf,
      fromTarget: leaf.target,
      toTarget,
      from: leaf.value,
    }));
  if (Array.isArray(from) && Array.isArray(to)) return listChanges(from, to, element, fromTarget, toTarget);
  if (typeof from === 'object' && typeof to === 'object' && !Array.isArray(from) && !Array.isArray(to)) {
    const [one, other] = [from as Readonly<Record<string, unknown>>, to as Readonly<Record<string, unknown>>];
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((key) => {
      const name = key.replace(/^_/, '');
      return valueChanges(one[key], other[key], `${element}.${name}`, `${fromTarget}.${name}`, `${toTarget}.${name}`);
    });
  }
  return from === to ? [] : [{ kind: 'changed', element, fromTarget, toTarget, from, to }];
}

/** Equal items belong together, wherever they stand in the lists. The items that are left are paired in their order. */
function listChanges(
  from: readonly unknown[],
  to: readonly unknown[],
  element: string,
  fromTarget: string,
  toTarget: string,
): ValueChange[] {
  const open = new Map<string, number[]>();
  to.forEach((item, index) => {
    const text = JSON.stringify(item);
    open.set(text, [...(open.get(text) ?? []), index]);
  });
  const left: number[] = [];
  const taken = new Set<number>();
  from.forEach((item, index) => {
    const found = open.get(JSON.stringify(item))?.shift();
    if (found === undefined) left.push(index);
    else taken.add(found);
  });
  const others = to.flatMap((_, index) => (taken.has(index) ? [] : [index]));
  const pairs = Math.max(left.length, others.length);
  return Array.from({ length: pairs }, (_, pair) => {
    const [one, other] = [left[pair], others[pair]];
    return valueChanges(
      one === undefined ? undefined : from[one],
      other === undefined ? undefined : to[other],
      element,
      `${fromTarget}[${one ?? 0}]`,
      `${toTarget}[${other ?? 0}]`,
    );
  }).flat();
}

function leaves(
  value: unknown,
  element: string,
  target: string,
): { element: string; target: string; value: unknown }[] {
  const found: { element: string; target: string; value: unknown }[] = [];
  forEachLeaf(value, (path, leaf) => {
    const below = path === '' || path.startsWith('[') ? path : `.${path}`;
    found.push({ element: element + below.replaceAll(/\[\d+\]/g, ''), target: target + below, value: leaf });
  });
  return found;
}
