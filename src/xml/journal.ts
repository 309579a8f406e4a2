/**
 * The journal: which facts were read, what became of them, and where they went.
 *
 * Reading a value writes a line. Whoever throws away what was read rolls the lines back to a checkpoint, so a value
 * that was read for an alternative that lost is not "mapped". Each resource has a journal of its own, which counts
 * only if the resource reaches the Bundle. The trace and the ledger are both made from what is left.
 */
import type { Node } from './tree.js';

/** The value stands in the Bundle. */
export const MAPPED = 1;
/** The value decided something: an equality held that had to hold. */
export const USED = 2;
/** A rule says why the value is left out. */
export const DROPPED = 3;

export type Mark = typeof MAPPED | typeof USED | typeof DROPPED;

export class Journal {
  readonly nodes: Node[] = [];
  readonly marks: Mark[] = [];
  /** For MAPPED where a trace is wanted: the element in the resource, `code.coding[0].code`. For DROPPED: the reason. */
  readonly notes: string[] = [];
  /** JSON pointer of the rule into its mapping file, where a trace is wanted, and of each dropped fact. */
  readonly rules: string[] = [];

  /** The path of the element being made; kept only where a trace is wanted. */
  readonly path: string[] = [];
  rule = '';

  constructor(readonly traced: boolean) {}

  get checkpoint(): number {
    return this.nodes.length;
  }

  rollback(checkpoint: number): void {
    this.nodes.length = checkpoint;
    this.marks.length = checkpoint;
    this.notes.length = checkpoint;
    this.rules.length = checkpoint;
  }

  /** `suffix` is the place below the element being made: `coding[0].code`; empty for the element itself. */
  mapped(node: Node, suffix: string): void {
    this.write(node, MAPPED, this.traced ? join(this.path, suffix) : '', this.traced ? this.rule : '');
  }

  used(node: Node): void {
    this.write(node, USED, '', this.traced ? this.rule : '');
  }

  dropped(node: Node, reason: string, rule: string): void {
    this.write(node, DROPPED, reason, rule);
  }

  private write(node: Node, mark: Mark, note: string, rule: string): void {
    this.nodes.push(node);
    this.marks.push(mark);
    this.notes.push(note);
    this.rules.push(rule);
  }
}

function join(path: readonly string[], suffix: string): string {
  let text = '';
  for (const part of path) text += text === '' || part.startsWith('[') ? part : `.${part}`;
  if (suffix === '') return text;
  return text === '' || suffix.startsWith('[') ? text + suffix : `${text}.${suffix}`;
}
