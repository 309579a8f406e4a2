import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';

/** So many characters are sorted in memory at a time. */
const MOST_CHARACTERS = 8_000_000;
const CHUNK = 65_536;

export interface LineSorter {
  add(line: string): void;
  /** All lines in the order of their text, each once; then nothing of them is left on disk. */
  sorted(): Generator<string>;
  /** Takes away what is on disk, where the lines are not wanted after all. */
  discard(): void;
}

/**
 * Sorts more lines than there is memory for: each time that some have come together they go to a file, sorted, and in the
 * end these files are read side by side. Lines must have no line feed, and no character above U+D7FF, whose order as text
 * is another one than as bytes; what stands behind the key may.
 */
export function createLineSorter(mostCharacters = MOST_CHARACTERS): LineSorter {
  let lines: string[] = [];
  let characters = 0;
  let folder: string | undefined;
  const runs: string[] = [];

  function spill(): void {
    folder ??= mkdtempSync(join(tmpdir(), 'cairn-terms-'));
    const path = join(folder, String(runs.length));
    const file = openSync(path, 'w');
    try {
      let text = '';
      for (const line of lines.sort()) {
        text += `${line}\n`;
        if (text.length < CHUNK) continue;
        writeSync(file, text);
        text = '';
      }
      writeSync(file, text);
    } finally {
      closeSync(file);
    }
    runs.push(path);
    lines = [];
    characters = 0;
  }

  function discard(): void {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    folder = undefined;
    lines = [];
  }

  return {
    add(line) {
      lines.push(line);
      characters += line.length;
      if (characters >= mostCharacters) spill();
    },
    *sorted() {
      try {
        let before: string | undefined;
        for (const line of merged([...runs.map(linesOfFile), lines.sort()[Symbol.iterator]()])) {
          if (line !== before) yield line;
          before = line;
        }
      } finally {
        discard();
      }
    },
    discard,
  };
}

interface Run {
  line: string;
  readonly lines: Iterator<string>;
}

/** The lines of several sorted runs in order: a heap, the least on top. */
function* merged(iterators: readonly Iterator<string>[]): Generator<string> {
  const heap: Run[] = [];
  for (const lines of iterators) {
    const first = lines.next();
    if (first.done !== true) heap.push({ line: first.value, lines });
  }
  heap.sort((one, other) => (one.line < other.line ? -1 : 1));
  while (heap.length > 0) {
    const top = heap[0]!;
    yield top.line;
    const next = top.lines.next();
    if (next.done !== true) top.line = next.value;
    else {
      const last = heap.pop()!;
      if (heap.length > 0 && last !== top) heap[0] = last;
    }
    sink(heap);
  }
}

function sink(heap: Run[]): void {
  for (let at = 0; ;) {
    let least = at;
    for (const child of [2 * at + 1, 2 * at + 2])
      if (child < heap.length && heap[child]!.line < heap[least]!.line) least = child;
    if (least === at) return;
    [heap[at], heap[least]] = [heap[least]!, heap[at]!];
    at = least;
  }
}

function* linesOfFile(path: string): Generator<string> {
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK);
    const decoder = new StringDecoder('utf8');
    let rest = '';
    for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk)) {
      const lines = (rest + decoder.write(chunk.subarray(0, length))).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } finally {
    closeSync(file);
  }
}
