/** How many lines stand in the first array, and in a later one at most: each is twice as long as the one before. */
const FIRST_SHEET = 1024;
const LONGEST_SHEET = 65_536;

/**
 * The lines of journals into which nobody is writing. A large document has a hundred thousand journals of a dozen lines: as
 * lists of their own they take five times the memory.
 */
export class SettledLines {
  #sheet = new Int32Array(0);
  #used = 0;
  #next = FIRST_SHEET;

  /** Takes over the lines; answers the array in which they stand now, and where they begin. */
  add(lines: ArrayLike<number>): { readonly sheet: Int32Array; readonly from: number } {
    if (this.#used + lines.length > this.#sheet.length) {
      this.#sheet = new Int32Array(Math.max(this.#next, lines.length));
      this.#next = Math.min(2 * this.#next, LONGEST_SHEET);
      this.#used = 0;
    }
    const from = this.#used;
    this.#sheet.set(lines, from);
    this.#used += lines.length;
    return { sheet: this.#sheet, from };
  }
}
