/** What the folders of senders say of their senders: `senders/<name>/sender.json`. */
import { locate } from './mapping-file.js';
import type { Mistake } from './mapping-error.js';
import type { MappingFiles, SenderFiles } from './read-files.js';

/** Checks that every folder of a sender has a sender.json, and that no two of these name the same OID. */
export function checkSenders({ senders }: MappingFiles, mistakes: Mistake[]): void {
  const ownerOf = new Map<string, string>();
  for (const [sender, own] of senders) {
    const file = own.description;
    if (file === undefined) {
      const message = `the folder of a sender needs sender.json: { "oids": ["OID of its custodian or author organization"] }`;
      mistakes.push({ file: `senders/${sender}/sender.json`, line: 1, column: 1, message });
      continue;
    }
    for (const [index, oid] of describe(own).oids.entries()) {
      const other = ownerOf.get(oid);
      if (other === undefined) ownerOf.set(oid, sender);
      else
        mistakes.push({
          file: file.path,
          ...locate(file, `/oids/${index}`),
          message: `the OID ${oid} is also in senders/${other}, so nobody can tell which of the two sent a document`,
        });
    }
  }
}

export interface SenderDescription {
  readonly oids: readonly string[];
  readonly timeZone: string | undefined;
  readonly usCore: string | undefined;
  readonly valuesBesideNull: boolean;
}

export function describe(sender: SenderFiles | undefined): SenderDescription {
  const { oids, timeZone, usCore, valuesBesideNullFlavors } = (sender?.description?.value ?? {}) as Record<
    string,
    unknown
  >;
  return {
    valuesBesideNull: valuesBesideNullFlavors === true,
    usCore: typeof usCore === 'string' ? usCore : undefined,
    oids: Array.isArray(oids) ? oids.filter((oid) => typeof oid === 'string') : [],
    timeZone: typeof timeZone === 'string' ? timeZone : undefined,
  };
}
