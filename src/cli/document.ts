import type { DocumentSignatureRule } from '../signature/with-signatures.js';
import { join } from 'node:path';
import { writeJson } from '../bundle/write-json.js';
import { writeXml } from '../bundle/write-xml.js';
import type { Conversion, ConvertOptions, Converter, Ledger } from '../conversion.js';
import { MappingError } from '../mapping/mapping-error.js';
import type { Issue } from '../xml/issue.js';
import type { DocumentSettings } from './command.js';
import type { ConverterModule, Modules } from './terminal.js';

export interface WrittenDocument {
  readonly bundle: string;
  readonly ledger?: string;
  readonly trace?: string;
  readonly issues: readonly Issue[];
  readonly totals: Ledger['totals'];
}

/** @throws MappingError with paths relative to the current folder, so that a reader can open them from the message. */
export async function loadConverter(
  { converter: module, loaded }: Pick<Modules, 'converter' | 'loaded'>,
  {
    mappings,
    terms,
    signatures,
  }: {
    readonly mappings?: string | undefined;
    readonly terms?: string | undefined;
    readonly signatures?: DocumentSignatureRule | undefined;
  },
): Promise<Converter> {
  const { createConverter } = loaded ?? ((await import(module)) as ConverterModule);
  try {
    const converter = createConverter({
      ...(mappings === undefined ? {} : { mappings }),
      ...(terms === undefined ? {} : { terms }),
    });
    if (signatures === undefined) return converter;
    // Loaded late: whoever asks for none needs none of it.
    const { withSignatures } = await import('../signature/with-signatures.js');
    return withSignatures(converter, signatures);
  } catch (error) {
    if (!(error instanceof MappingError)) throw error;
    const folder = mappings ?? 'mappings';
    throw new MappingError(error.mistakes.map((mistake) => ({ ...mistake, file: join(folder, mistake.file) })));
  }
}

/** Converts one document and writes what was asked for as text, each ending in a line feed. */
export function convertDocument(converter: Converter, bytes: Uint8Array, settings: DocumentSettings): WrittenDocument {
  return writeConversion(converter.convert(bytes, convertOptionsOf(settings)), settings);
}

/** The settings that the converter takes, without the trace. */
export function conversionOptions({
  bundle,
  sender,
  timeZone,
  usCore,
  versionedProfiles,
  keepRepeats,
  units,
  timeLimitSeconds,
  maxOutputMegabytes,
}: Omit<DocumentSettings, 'format' | 'pretty' | 'ledger' | 'trace'>): Omit<ConvertOptions, 'trace'> {
  return {
    ...(timeLimitSeconds === undefined ? {} : { timeLimitSeconds }),
    ...(maxOutputMegabytes === undefined ? {} : { maxOutputMegabytes }),
    ...(bundle === undefined ? {} : { bundle }),
    ...(sender === undefined ? {} : { sender }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(usCore === undefined ? {} : { usCore }),
    ...(versionedProfiles === undefined ? {} : { versionedProfiles }),
    ...(keepRepeats === undefined ? {} : { keepRepeats }),
    ...(units === undefined ? {} : { units }),
  };
}

/** The settings that the converter takes. */
export function convertOptionsOf(settings: DocumentSettings): ConvertOptions {
  const { trace } = settings;
  return { ...conversionOptions(settings), ...(trace === false ? {} : { trace }) };
}

/** The parts of a conversion that were asked for, as text. */
export function writeConversion(
  { bundle, ledger, trace, issues }: Conversion,
  {
    format,
    pretty,
    ledger: withLedger,
    trace: withTrace,
  }: Pick<DocumentSettings, 'format' | 'pretty' | 'ledger' | 'trace'>,
): WrittenDocument {
  const json = (value: object): string => `${JSON.stringify(value, undefined, pretty ? 2 : undefined)}\n`;
  return {
    bundle: `${format === 'xml' ? writeXml(bundle, pretty) : writeJson(bundle, pretty)}\n`,
    ...(withLedger
      ? {
          ledger: json({
            totals: ledger.totals,
            terms: ledger.terms,
            same: ledger.same.length === 0 ? undefined : ledger.same,
            items: ledger.items,
          }),
        }
      : {}),
    ...(withTrace === false ? {} : { trace: json(trace) }),
    issues,
    totals: ledger.totals,
  };
}
