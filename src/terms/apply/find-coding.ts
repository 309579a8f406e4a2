import type { Coding } from 'fhir/r4.js';
import type { PackSource } from '../pack/form.js';
import type { TranslatedCode, TermPack } from '../pack/term-pack.js';
import { mapExtension } from './extensions.js';
import { mapRule, TERMS_RULES } from './rules.js';

/** A coding that follows from another coding of the same concept. */
export interface FoundCoding {
  readonly coding: Coding;
  readonly rule: string;
  readonly source: PackSource;
  /** Place of the coding that it follows from. */
  readonly index: number;
}

/** A coding that has no single translation, and the rule that says so. */
export interface Unclear {
  readonly unclear: Coding;
  readonly rule: string;
}

/** The codes that may be translated into a system. */
export interface Ways {
  readonly to: string;
  readonly takes: (system: string) => boolean;
  /** Whether candidates are added, which somebody has to confirm. */
  readonly candidates: boolean;
}

/** The one coding of a system that follows from those of a concept; undefined where no map has any of them. */
export function findCoding(
  pack: TermPack,
  codings: readonly Coding[],
  { to, takes, candidates }: Ways,
): FoundCoding | Unclear | undefined {
  const exact = new Map<string, { target: TranslatedCode; index: number }>();
  const possible = new Map<string, { target: TranslatedCode; index: number }>();
  let ambiguous: Coding | undefined;
  for (const [index, coding] of codings.entries()) {
    const { system, code } = coding;
    if (system === undefined || code === undefined || !takes(system)) continue;
    const target = pack.translate(system, code, to);
    if (target === 'ambiguous') ambiguous ??= coding;
    else if (target?.strength === 'exact') exact.set(target.code, { target, index });
    else if (target !== undefined && candidates) possible.set(target.code, { target, index });
  }
  // If there is an exact translation, candidates are not needed.
  const [found, ...others] = [...(exact.size > 0 ? exact : possible).values()];
  if (others.length > 0 || (exact.size === 0 && ambiguous !== undefined)) {
    const unclear = ambiguous ?? codings[others[0]!.index]!;
    return { unclear, rule: mapRule(unclear.system ?? '', to) };
  }
  if (found === undefined) return undefined;
  const { target, index } = found;
  const { source, strength, code } = target;
  const display = pack.concept(to, code)?.display;
  const rule = source.kind === 'fhir' ? TERMS_RULES.conceptMap : mapRule(codings[index]!.system ?? '', to);
  const extension = [mapExtension(source, rule, strength === 'candidate')];
  return {
    coding: { extension, system: to, code, ...(display === undefined ? {} : { display }) },
    rule,
    source,
    index,
  };
}
