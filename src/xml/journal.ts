/**
 * The journal: which facts were read, what became of each, and where it went.
 *
 * Reading a value writes a line. If what was read is thrown away, its lines are rolled back to a checkpoint. So a value
 * that was read for an alternative of `$first` that lost is not "mapped". Each resource has its own journal, which
 * counts only if the resource reaches the Bundle. The trace and the ledger are made from the lines that are left.
 */
import type { SettledLines } from './settled-lines.js';
import type { Node } from './tree.js';

/** The value stands in the Bundle. */
export const MAPPED = 1;
/** The value decided something. Example: a condition `@code='completed'` held because of it. */
export const USED = 2;
/** A rule says why the value is left out. */
export const DROPPED = 3;
/** The value stands in an element that a mapping leaves out (`ignore`). Any other mark of the same fact is stronger. */
export const IGNORED = 4;
/** The value should repeat what another place says (`repeats`). Whether it does is checked when all is converted. */
export const REPEATED = 5;

/** For the trace only: a directive made a value from this node. The mark says nothing about a fact. */
export const MADE = 6;
/** For the trace only: a ConceptMap translated this fact. */
export const TRANSLATED = 7;

export type Mark =
  typeof MAPPED | typeof USED | typeof DROPPED | typeof IGNORED | typeof REPEATED | typeof MADE | typeof TRANSLATED;

/** Whether a mark says what became of a fact. The other marks are only for the trace. */
export function isOfFact(mark: Mark): boolean {
  return mark !== MADE && mark !== TRANSLATED;
}

/** A rule that leaves facts out often leaves out all of an element: their lines follow each other. */
export interface Dropped {
  /** The index of the first line in the journal. */
  readonly line: number;
  /** The index behind the last line. */
  readonly end: number;
  readonly reason: string;
  /** The file and the JSON pointer of the rule. */
  readonly rule: string;
}

/** The last one grows as long as lines follow. */
type Growing = { -readonly [Key in keyof Dropped]: Dropped[Key] };

/**
 * Says that one place repeats another. A fact at the first place is accounted for if the other place has the same fact
 * and that one is accounted for.
 */
export interface Repeated {
  /** The index of the line in the journal. */
  readonly line: number;
  readonly other: Node;
}

const MARK_BITS = 3;
const MARK_MASK = 7;

const NOTHING: never[] = [];

export class Journal {
  /** Node and mark in one number. There are thousands of journals, so this saves memory. */
  #lines: number[] = [];
  /** Where the lines stand while the journal is settled; `#lines` is empty then. */
  #sheet: Int32Array | undefined;
  #from = 0;
  #settled = 0;
  drops: readonly Dropped[] = NOTHING;
  repeats: readonly Repeated[] = NOTHING;
  /** Only with a trace, for each line: the element in the resource, `code.coding[0].code`. */
  readonly targets: string[];
  /** Only with a trace, for each line: the file and the JSON pointer of the rule. */
  readonly rules: string[];

  /** Only with a trace: the path of the element that is being made. */
  readonly path: string[];
  rule = '';

  /**
   * Set while something is only looked at (`silently`). Nothing is written down then, which is the same as writing it down and
   * rolling it back, and costs less; who finds marks only to leave them need not look for them.
   */
  silent = false;
  /** How many lines were not written for that: where it stays the same, there was nothing to write. */
  unwritten = 0;

  /** In `converted`, each fact becomes 1 whose value was made and then rolled back. */
  constructor(
    readonly traced: boolean,
    readonly converted?: Uint8Array,
  ) {
    // Every resource has a journal, so arrays that are not needed are not made.
    this.targets = traced ? [] : NOTHING;
    this.rules = traced ? [] : NOTHING;
    this.path = traced ? [] : NOTHING;
  }

  /** How many lines there are now. Lines that are written later can be rolled back to here. */
  get checkpoint(): number {
    return this.#sheet === undefined ? this.#lines.length : this.#settled;
  }

  /** All lines as objects. This is slow; the ledger uses `nodeAt` and `markAt`. */
  get lines(): { readonly node: Node; readonly mark: Mark }[] {
    return Array.from({ length: this.checkpoint }, (_, line) => ({ node: this.nodeAt(line), mark: this.markAt(line) }));
  }

  nodeAt(line: number): Node {
    return this.#at(line) >> MARK_BITS;
  }

  markAt(line: number): Mark {
    return (this.#at(line) & MARK_MASK) as Mark;
  }

  #at(line: number): number {
    return this.#sheet === undefined ? this.#lines[line]! : this.#sheet[this.#from + line]!;
  }

  /** Gives the lines away to take less memory. Whoever writes again gets them back. */
  settle(lines: SettledLines): void {
    if (this.#sheet !== undefined) return;
    const { sheet, from } = lines.add(this.#lines);
    this.#settled = this.#lines.length;
    this.#sheet = sheet;
    this.#from = from;
    this.#lines = NOTHING;
    // Without the room that a list leaves for more.
    if (this.drops.length > 0) this.drops = this.drops.slice();
  }

  #unsettle(): void {
    if (this.#sheet === undefined) return;
    this.#lines = Array.from(this.#sheet.subarray(this.#from, this.#from + this.#settled));
    this.#sheet = undefined;
  }

  /**
   * Looks at something without a mark of what was looked at. It is for values that are only compared: what comes of the
   * comparison is told elsewhere.
   */
  silently<T>(look: () => T): T {
    const { silent, unwritten } = this;
    this.silent = true;
    const answer = look();
    this.silent = silent;
    this.unwritten = unwritten;
    return answer;
  }

  rollback(checkpoint: number): void {
    if (this.checkpoint === checkpoint) return;
    this.#unsettle();
    if (this.converted !== undefined) {
      for (let line = checkpoint; line < this.#lines.length; line++)
        if (this.markAt(line) === MAPPED) this.converted[this.nodeAt(line)] = 1;
    }
    this.#lines.length = checkpoint;
    forgetFrom(this.repeats, checkpoint);
    forgetFrom(this.drops, checkpoint);
    const last = this.drops.at(-1) as Growing | undefined;
    if (last !== undefined && last.end > checkpoint) last.end = checkpoint;
    if (!this.traced) return;
    this.targets.length = checkpoint;
    this.rules.length = checkpoint;
  }

  /**
   * Says that the value of a node stands in the element being made, at the place `suffix` below it: `coding[0].code`,
   * or empty for the element itself.
   */
  mapped(node: Node, suffix: string): void {
    this.write(node, MAPPED, suffix);
  }

  used(node: Node): void {
    this.write(node, USED, '');
  }

  /** Writes a mark that was written before (see xpath/whole-document.ts). */
  mark(node: Node, mark: Mark): void {
    this.write(node, mark, '');
  }

  dropped(node: Node, reason: string, rule: string): void {
    this.#leaveOut(node, DROPPED, reason, rule);
  }

  ignored(node: Node, reason: string, rule: string): void {
    this.#leaveOut(node, IGNORED, reason, rule);
  }

  #leaveOut(node: Node, mark: Mark, reason: string, rule: string): void {
    if (this.silent) return;
    const line = this.checkpoint;
    if (this.drops === NOTHING) this.drops = [];
    const drops = this.drops as Growing[];
    const last = drops.at(-1);
    if (last?.end === line && last.rule === rule && last.reason === reason) last.end++;
    else drops.push({ line, end: line + 1, reason, rule });
    this.write(node, mark, '');
  }

  /** Says that everything below `node` repeats what stands at the same place below `other`. */
  repeated(node: Node, other: Node): void {
    if (this.silent) return;
    if (this.repeats === NOTHING) this.repeats = [];
    (this.repeats as Repeated[]).push({ line: this.checkpoint, other });
    this.write(node, REPEATED, '');
  }

  /** Only with a trace: the path of the element that is being made, `code.coding[0]`. */
  get element(): string {
    return join(this.path, '');
  }

  /** Says that the current directive made an element from a node. Written only with a trace. */
  made(node: Node): void {
    if (this.traced) this.write(node, MADE, '');
  }

  /** Says which row of a ConceptMap translated a fact: `conceptmaps/problem-status.json#/group/0/element/1`. */
  translated(fact: Node, suffix: string, row: string): void {
    if (!this.traced || this.silent) return;
    this.write(fact, TRANSLATED, suffix);
    this.rules[this.rules.length - 1] = row;
  }

  /**
   * Gives the element that is being made its final name, which may follow from the type of its value (`value[x]`
   * becomes `valueQuantity`). The lines since the checkpoint get the new name too.
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

  /** Corrects the lines since the checkpoint after the items of a list changed their places. */
  move(checkpoint: number, name: string, moved: readonly number[]): void {
    const path = join(this.path, name);
    for (let line = checkpoint; line < this.targets.length; line++)
      this.targets[line] = movedTo(this.targets[line]!, path, moved);
  }

  /** Corrects all targets after the resource became part of another resource. */
  retarget(place: (target: string) => string): void {
    this.targets.forEach((target, line) => (this.targets[line] = place(target)));
  }

  private write(node: Node, mark: Mark, suffix: string): void {
    if (this.silent) {
      this.unwritten++;
      if (mark === MAPPED && this.converted !== undefined) this.converted[node] = 1;
      return;
    }
    this.#unsettle();
    this.#lines.push((node << MARK_BITS) | mark);
    if (!this.traced) return;
    this.targets.push(join(this.path, suffix));
    this.rules.push(this.rule);
  }
}

/** Removes the entries for lines from the checkpoint on. The list is in the order of its lines. */
function forgetFrom(list: readonly { readonly line: number }[], checkpoint: number): void {
  let { length } = list;
  while (length > 0 && list[length - 1]!.line >= checkpoint) length--;
  if (length < list.length) (list as { readonly line: number }[]).length = length;
}

/**
 * The target after the items of a list changed their places: item `i` is now at `moved[i]`. A target outside of the
 * list stays as it is.
 */
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
