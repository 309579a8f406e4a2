/**
 * What is being made for an element. Nearly always that is one value: a list would keep room for seventeen, ten thousand
 * times a megabyte of XML.
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

  /** Takes back what was pushed since there were so many. */
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

  /** All of them, in a list that is no longer than they are. */
  toArray(): unknown[] {
    return this.length === 1 ? [this.one] : this.length === 0 ? [] : [this.one, ...this.others!];
  }
}
