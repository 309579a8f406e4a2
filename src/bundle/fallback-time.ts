import { parseTs } from '../cda/types/ts.js';
import { nameId } from '../cda/vocabulary.js';
import { attribute, children, isElement, NONE, valueOf, type Node, type Tree } from '../xml/tree.js';

const numbers = (names: string): ReadonlySet<number> => new Set(names.split(' ').map(nameId));

const TIMES = numbers('time effectiveTime');
const BOUNDS = numbers('low high center');
const SIGNERS = numbers('author dataEnterer legalAuthenticator authenticator');
const BODY = nameId('structuredBody');
const PARTICIPANT = nameId('participant');
const MOOD_CODE = nameId('moodCode');
const VALUE = nameId('value');
const ROOT_ELEMENT = 1;

/**
 * The element with the time that comes nearest to when the document was made, where its effectiveTime says nothing: the
 * latest of those who wrote and signed it, else the latest of its header, else of what its body says happened (no document
 * is older than what it tells). NONE where it has no time at all.
 */
export function fallbackTime(tree: Tree): Node {
  const latest = [NONE, NONE, NONE];
  const said = ['', '', ''];
  let body = false;
  for (let node = ROOT_ELEMENT + 1; node < tree.count; node++) {
    if (!isElement(tree, node)) continue;
    if (tree.name[node] === BODY) body = true;
    if (!TIMES.has(tree.name[node]!) || !happened(tree, tree.parent[node]!)) continue;
    const rank = body ? 2 : isSigner(tree, tree.parent[node]!) ? 0 : 1;
    for (const place of [node, ...children(tree, node).filter((part) => BOUNDS.has(tree.name[part]!))]) {
      const moment = momentOf(tree, place);
      if (moment <= said[rank]!) continue;
      said[rank] = moment;
      latest[rank] = place;
    }
  }
  return latest.find((node) => node !== NONE) ?? NONE;
}

function isSigner(tree: Tree, node: Node): boolean {
  return tree.parent[node] === ROOT_ELEMENT && SIGNERS.has(tree.name[node]!);
}

/** A planned act is still to come, and the time of a participant is the time of a role. */
function happened(tree: Tree, node: Node): boolean {
  const mood = attribute(tree, node, MOOD_CODE);
  return node !== ROOT_ELEMENT && tree.name[node] !== PARTICIPANT && (mood === NONE || valueOf(tree, mood) === 'EVN');
}

/** As text that sorts by time. Offsets do not matter here. */
function momentOf(tree: Tree, node: Node): string {
  const value = attribute(tree, node, VALUE);
  const point = value === NONE ? undefined : parseTs(valueOf(tree, value).trim());
  return point === undefined
    ? ''
    : [point.year, point.month, point.day, point.hour, point.minute, point.second].join('');
}
