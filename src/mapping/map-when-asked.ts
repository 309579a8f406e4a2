/**
 * A map whose values are made when they are first asked for. What makes a value may also put others into this and other
 * maps.
 */
export class MapWhenAsked<V> extends Map<string, V> {
  readonly #makers = new Map<string, () => void>();

  /** @param make puts the value into the map */
  later(key: string, make: () => void): void {
    this.#makers.set(key, make);
  }

  override has(key: string): boolean {
    return super.has(key) || this.#makers.has(key);
  }

  override get(key: string): V | undefined {
    const make = this.#makers.get(key);
    if (make !== undefined) {
      this.#makers.delete(key);
      if (!super.has(key)) make();
    }
    return super.get(key);
  }
}
