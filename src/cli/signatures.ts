import { readFileSync } from 'node:fs';
import { certificatesIn, signatureModes, type DocumentSignatureRule } from '../signature/with-signatures.js';
import { UsageError } from './command.js';

/** `--signatures`, `--signature-anchors`, `--signature-time`. @throws UsageError */
export function signatureRuleOf(
  mode: string | undefined,
  anchors: string | undefined,
  at: string | undefined,
): DocumentSignatureRule | undefined {
  if (mode === undefined) {
    if (anchors !== undefined || at !== undefined)
      throw new UsageError('--signature-anchors and --signature-time need --signatures verify, or require');
    return undefined;
  }
  const known = signatureModes.find((one) => one === mode);
  if (known === undefined) throw new UsageError(`--signatures is ${signatureModes.join(', ')}; not ${mode}`);
  if (at !== undefined && Number.isNaN(Date.parse(at)))
    throw new UsageError('--signature-time must be a date, such as 2026-01-31');
  return { mode: known, anchors: anchors === undefined ? '' : pemIn(anchors), ...(at === undefined ? {} : { at }) };
}

function pemIn(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
  try {
    if (certificatesIn(text).length > 0) return text;
  } catch {
    // Told below.
  }
  throw new UsageError(`${file} holds no certificates in PEM`);
}
