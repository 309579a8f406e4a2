/** Conversions that also say what was asked and decided: for `cairn explain`, `cairn test` and `cairn diff`. */
import type { Conversion, ConverterOptions, ConvertOptions, FactStatus, TraceEntry } from './conversion.js';
import { convertBy, packagedMappings, presetsOf } from './convert.js';
import { withinTime } from './deadline.js';
import { DEFAULT_TIME_LIMIT_SECONDS } from './limit-error.js';
import { AskedOfSet } from './mapping/asked.js';
import type { Attempt } from './mapping/attempt.js';
import { mappingsFor } from './mapping/choose-mappings.js';
import { loadMappings, type LoadedMappings } from './mapping/load.js';
import type { MappingSet } from './mapping/mapping-set.js';
import type { ResourceMaker } from './mapping/resource-maker.js';
import { traceLookup, type Kept } from './provenance/trace.js';
import type { Node } from './xml/tree.js';

/** A conversion with everything that was asked and decided, for authors of mappings. */
export interface Examination {
  readonly conversion: Conversion;
  readonly run: ResourceMaker;
  readonly kept: readonly Kept[];
  /** Every fact, in document order. */
  readonly facts: readonly ExaminedFact[];
  /** Every selector that was asked and every directive that was tried. */
  readonly attempts: readonly Attempt[];
}

export interface ExaminedFact {
  readonly fact: Node;
  readonly status: FactStatus;
  /** The accounting rule that decided: `template-constant`. */
  readonly rule: string | undefined;
}

/**
 * As `createConverter`, for `cairn explain`. It is slower. If only `facts` are asked for, there are no trace and no
 * attempts.
 */
export function createExaminer(
  { mappings = packagedMappings, ...others }: ConverterOptions = {},
  depth: 'facts' | 'attempts' = 'attempts',
): (bytes: Uint8Array, options?: ConvertOptions) => Examination {
  const loaded = loadMappings(mappings);
  const presets = presetsOf(loaded, others);
  return (bytes, options = {}) => {
    const attempts: Attempt[] = [];
    const facts: ExaminedFact[] = [];
    let examined: Pick<Examination, 'run' | 'kept'> | undefined;
    const conversion = convertBy(loaded, presets, bytes, depth === 'facts' ? options : { ...options, trace: 'all' }, {
      attempts,
      tell: (fact, status, rule) => facts.push({ fact, status, rule }),
      done: (run, kept) => (examined = { run, kept }),
    });
    return { conversion, ...examined!, facts, attempts };
  };
}

/** A conversion, with what it asked of its mapping set. */
export interface Asking {
  readonly conversion: Conversion;
  readonly asked: AskedOfSet;
  /** The mappings of a set that are for this document: the base, or those of its sender. */
  readonly setFor: (loaded: LoadedMappings) => MappingSet;
  /** What the trace says of a leaf of the Bundle. It knows only what was traced. */
  readonly traceOf: (target: string) => TraceEntry | undefined;
}

/**
 * For `cairn diff`: converts by a set that is loaded already, and tells what was asked of it. The issues of mappings are
 * left out.
 */
export function convertAsking(loaded: LoadedMappings, bytes: Uint8Array, options: ConvertOptions): Asking {
  const asked = new AskedOfSet();
  let examined: { readonly run: ResourceMaker; readonly kept: readonly Kept[] } | undefined;
  const conversion = withinTime(options.timeLimitSeconds ?? DEFAULT_TIME_LIMIT_SECONDS, () =>
    convertBy(loaded, presetsOf(loaded, {}), bytes, options, {
      asked,
      withoutIssues: true,
      done: (run, kept) => (examined = { run, kept }),
    }),
  );
  const { run, kept } = examined!;
  let lookup: Asking['traceOf'] | undefined;
  return {
    conversion,
    asked,
    setFor: (other) => mappingsFor(other, other, run.tree, options.sender),
    traceOf: (target) => (lookup ??= traceLookup(run, conversion.bundle, kept))(target),
  };
}
