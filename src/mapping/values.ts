/**
 * The values that are being made for an element. Nearly always there is just one. An array would reserve room for
 * seventeen, and that happens ten thousand times for a megabyte of XML.
 */
export class Values {
  length = 0;
  private one: unknown = undefined;
  private others: unknown[] | undefined = undefined;

  push(value: unknown): void {
    if (this.length === 0) this.one = value;
    else if (this.others === undefined) this.others = [value];
    else this.others.push(value);
    this.length++;
  }

  /** Removes the values that were pushed after there were `length`. */
  truncate(length: number): void {
    if (this.others !== undefined) this.others.length = Math.max(0, length - 1);
    this.length = Math.min(this.length, length);
  }

  get first(): unknown {
    return this.one;
  }

  at(index: number): unknown {
    return index === 0 ? this.one : this.others?.[index - 1];
  }

  /** All values, in an array that has no spare room. */
  toArray(): unknown[] {
    return this.length === 1 ? [this.one] : this.length === 0 ? [] : [this.one, ...this.others!];
  }
}
