/** The way from a resource to the value at hand: names, and places in lists. */
export class ElementPlace {
  readonly #steps: (string | number)[] = [];
  #type = '';

  /** At the resource itself. */
  begin(resourceType: string): void {
    this.#type = resourceType;
    this.#steps.length = 0;
  }

  enter(step: string | number): void {
    this.#steps.push(step);
  }

  leave(): void {
    this.#steps.pop();
  }

  get isResource(): boolean {
    return this.#steps.length === 0;
  }

  /** Whether one of the names is on the way. */
  isIn(names: ReadonlySet<string | number>): boolean {
    return this.#steps.some((step) => names.has(step));
  }

  /** `MedicationRequest.medicationCodeableConcept` */
  get element(): string {
    let text = this.#type;
    for (const step of this.#steps) if (typeof step === 'string') text += `.${step}`;
    return text;
  }

  /** `code.coding[0]`: as the trace names elements. */
  get path(): string {
    let text = '';
    for (const step of this.#steps) {
      if (typeof step === 'number') text += `[${step}]`;
      else text += text === '' ? step : `.${step}`;
    }
    return text;
  }
}
