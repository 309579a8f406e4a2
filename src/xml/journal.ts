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
/** The value stands in an element that a mapping leaves out (`ignore`): the weakest that can be said of a fact. */
export const IGNORED = 4;
/** The value says what another place says (`repeats`); whether it does is seen when all is done. */
export const REPEATED = 5;

/** For the trace: a directive has made a value of this node. It says nothing of a fact. */
export const MADE = 6;
/** For the trace: a ConceptMap has translated this fact. */
export const TRANSLATED = 7;

export type Mark =
  typeof MAPPED | typeof USED | typeof DROPPED | typeof IGNORED | typeof REPEATED | typeof MADE | typeof TRANSLATED;

/** Whether a mark says what became of a fact; the others are there for the trace alone. */
export function isOfFact(mark: Mark): boolean {
  return mark !== MADE && mark !== TRANSLATED;
}

export interface Dropped {
  /** Index of the line in the journal. */
  readonly line: number;
  readonly reason: string;
  /** JSON pointer of the rule, with its file before it. */
  readonly rule: string;
}

/** Two places that say the same: a fact of the first counts where the second has it too, and there it counts. */
export interface Repeated {
  /** Index of the line in the journal. */
  readonly line: number;
  readonly other: Node;
}

const MARK_BITS = 3;
const MARK_MASK = 7;

const NOTHING: never[] = [];

export class Journal {
  /** Node and mark in one number, since there are journals by the thousand, and half a list less is half a list less. */
  readonly #lines: number[] = [];
  drops: readonly Dropped[] = NOTHING;
  repeats: readonly Repeated[] = NOTHING;
  /** Where a trace is wanted, for each line: the element in the resource, `code.coding[0].code`. */
  readonly targets: string[];
  /** Where a trace is wanted, for each line: JSON pointer of the rule, with its file before it. */
  readonly rules: string[];

  /** The path of the element being made; kept only where a trace is wanted. */
  readonly path: string[];
  rule = '';

  /** `converted` gets a 1 for each fact whose value was made, and then rolled back. */
  constructor(
    readonly traced: boolean,
    readonly converted?: Uint8Array,
  ) {
    // There is one journal for each resource: what isn't wanted isn't made.
    this.targets = traced ? [] : NOTHING;
    this.rules = traced ? [] : NOTHING;
    this.path = traced ? [] : NOTHING;
  }

  /** How many lines there are; what is written from here on can be rolled back to here. */
  get checkpoint(): number {
    return this.#lines.length;
  }

  /** All of them, for whoever has the time. */
  get lines(): { readonly node: Node; readonly mark: Mark }[] {
    return this.#lines.map((_, line) => ({ node: this.nodeAt(line), mark: this.markAt(line) }));
  }

  nodeAt(line: number): Node {
    return this.#lines[line]! >> MARK_BITS;
  }

  markAt(line: number): Mark {
    return (this.#lines[line]! & MARK_MASK) as Mark;
  }

  rollback(checkpoint: number): void {
    if (this.#lines.length === checkpoint) return;
    if (this.converted !== undefined) {
      for (let line = checkpoint; line < this.#lines.length; line++)
        if (this.markAt(line) === MAPPED) this.converted[this.nodeAt(line)] = 1;
    }
    this.#lines.length = checkpoint;
    forgetFrom(this.repeats, checkpoint);
    forgetFrom(this.drops, checkpoint);
    if (!this.traced) return;
    this.targets.length = checkpoint;
    this.rules.length = checkpoint;
  }

  /** `suffix` is the place below the element being made: `coding[0].code`; empty for the element itself. */
  mapped(node: Node, suffix: string): void {
    this.write(node, MAPPED, suffix);
  }

  used(node: Node): void {
    this.write(node, USED, '');
  }

  /** Writes down once more what was written before (see xpath/whole-document.ts). */
  mark(node: Node, mark: Mark): void {
    this.write(node, mark, '');
  }

  dropped(node: Node, reason: string, rule: string): void {
    if (this.drops === NOTHING) this.drops = [];
    (this.drops as Dropped[]).push({ line: this.#lines.length, reason, rule });
    this.write(node, DROPPED, '');
  }

  ignored(node: Node, reason: string, rule: string): void {
    if (this.drops === NOTHING) this.drops = [];
    (this.drops as Dropped[]).push({ line: this.#lines.length, reason, rule });
    this.write(node, IGNORED, '');
  }

  /** Says that all below `node` repeats what stands at the same place below `other`. */
  repeated(node: Node, other: Node): void {
    if (this.repeats === NOTHING) this.repeats = [];
    (this.repeats as Repeated[]).push({ line: this.#lines.length, other });
    this.write(node, REPEATED, '');
  }

  /** The element being made, where a trace is wanted: `code.coding[0]`. */
  get element(): string {
    return join(this.path, '');
  }

  /** Says that the directive at hand has made the element of a node; written only where a trace is wanted. */
  made(node: Node): void {
    if (this.traced) this.write(node, MADE, '');
  }

  /** Says by which row of a ConceptMap a fact was translated: `conceptmaps/problem-status.json#/group/0/element/1`. */
  translated(fact: Node, suffix: string, row: string): void {
    if (!this.traced) return;
    this.write(fact, TRANSLATED, suffix);
    this.rules[this.rules.length - 1] = row;
  }

  /**
   * Names the element being made, where its name follows from its value (`value[x]`: `valueQuantity`), also in the lines
   * written since the checkpoint.
   */
  rename(checkpoint: number, name: string): void {
    if (!this.traced) return;
    const before = join(this.path, '');
    this.path[this.path.length - 1] = name;
    const after = join(this.path, '');
    for (let line = checkpoint; line < this.targets.length; line++) {
      const target = this.targets[line]!;
      if (target.startsWith(before)) this.targets[line] = after + target.slice(before.length);
    }
  }

  /** Says in the lines since the checkpoint where the items of a list stand now. */
  move(checkpoint: number, name: string, moved: readonly number[]): void {
    const path = join(this.path, name);
    for (let line = checkpoint; line < this.targets.length; line++)
      this.targets[line] = movedTo(this.targets[line]!, path, moved);
  }

  /** Says anew where each value stands: its resource has become part of another one. */
  retarget(place: (target: string) => string): void {
    this.targets.forEach((target, line) => (this.targets[line] = place(target)));
  }

  private write(node: Node, mark: Mark, suffix: string): void {
    this.#lines.push((node << MARK_BITS) | mark);
    if (!this.traced) return;
    this.targets.push(join(this.path, suffix));
    this.rules.push(this.rule);
  }
}

/** They stand in the order of their lines. */
function forgetFrom(list: readonly { readonly line: number }[], checkpoint: number): void {
  let { length } = list;
  while (length > 0 && list[length - 1]!.line >= checkpoint) length--;
  if (length < list.length) (list as { readonly line: number }[]).length = length;
}

/** A target in a list, or another one, once each item of the list has the place that is given for it. */
export function movedTo(target: string, list: string, moved: readonly number[]): string {
  const index = target.startsWith(`${list}[`) ? /^\d+/.exec(target.slice(list.length + 1))?.[0] : undefined;
  if (index === undefined) return target;
  return `${list}[${moved[Number(index)] ?? index}]${target.slice(list.length + index.length + 2)}`;
}

function join(path: readonly string[], suffix: string): string {
  let text = '';
  for (const part of path) text += text === '' || part.startsWith('[') ? part : `.${part}`;
  if (suffix === '') return text;
  return text === '' || suffix.startsWith('[') ? text + suffix : `${text}.${suffix}`;
}
