import type { Converter } from '../../src/conversion.js';
import type { Work } from './work.js';

export interface Growth {
  /** How many times the last doubling added what the one before did: 2 is linear, 4 quadratic. */
  readonly ratio: number;
  /** At the size, twice and four times it: the work, and the bytes written. */
  readonly work: readonly number[];
  readonly output: readonly number[];
  /** What did most of the work at the largest size. */
  readonly most: readonly string[];
}

/** Fixed costs are in neither of the differences that are compared. */
export function growthOf(
  shape: (count: number) => string,
  size: number,
  converter: Converter,
  write: (bundle: object) => string,
  workOf: (run: () => void) => Work,
): Growth {
  const encoder = new TextEncoder();
  const output: number[] = [];
  // What is loaded or compiled when it is first needed is not the document's fault.
  converter.convert(encoder.encode(shape(3)));
  const counted = [size, 2 * size, 4 * size].map((count) => {
    const document = encoder.encode(shape(count));
    return workOf(() => {
      const { bundle, ledger } = converter.convert(document, { timeLimitSeconds: 600, maxOutputMegabytes: 500 });
      output.push(write(bundle).length + ledger.items.length);
    });
  });
  const work = counted.map(({ total }) => total);
  // Twice the document, and less is written: a limit came into force.
  const limited = output[1]! < output[0]!;
  const ratio = Math.max(limited ? work[2]! / work[1]! : added(work, size), added(output, size));
  return { ratio, work, output, most: counted[2]!.most };
}

/**
 * What costs less than ten steps for each of what is added is no growth that anybody would notice. Where a limit came into
 * force at the middle size (a text that many refer to is told whole no more), what that saved is no growth either: then the
 * last doubling is taken as it is.
 */
function added([one = 0, two = 0, four = 0]: readonly number[], size: number): number {
  const limited = two < 1.5 * one && two - one > 10 * size;
  return limited || two < one ? four / two : (four - two) / Math.max(two - one, 10 * size);
}
