import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'jsonc-parser';
import { documentOf } from '../mappings/document-of.js';

const folder = fileURLToPath(new URL('../../../shared/ig', import.meta.url));

/** A piece of CDA and the FHIR resource that others say it becomes. */
export interface Pair {
  /** `CF-allergy`, the name of the file. */
  readonly name: string;
  readonly document: string;
  readonly fhir: Readonly<Record<string, unknown>>;
}

/** Section codes (LOINC) for the statements of HL7's pages, which come without their sections. */
const SECTIONS: readonly (readonly [name: RegExp, section: string])[] = [
  [/^CF-allerg/, '48765-2'],
  [/^CF-encounter/, '46240-8'],
  [/^CF-immunization/, '11369-6'],
  [/^CF-medication/, '10160-0'],
  [/^CF-note/, '34109-9'],
  [/^CF-problem/, '11450-4'],
  [/^CF-procedure/, '47519-4'],
  [/^CF-result/, '30954-2'],
  [/^CF-social/, '29762-2'],
  [/^CF-vital/, '8716-3'],
];

/** The least that golden.json has to say of a pair: the others are drafts, or of one vendor alone. */
const TRUSTED = new Set(['high', 'high-medium', 'medium-high', 'medium']);

/** HL7's published pairs, where they are here; undefined where not. */
export function goldenPairs(): readonly Pair[] | undefined {
  if (!existsSync(join(folder, 'golden.json'))) return undefined;
  const listed = JSON.parse(readFileSync(join(folder, 'golden.json'), 'utf8')) as {
    trust: string;
    copiedTo: readonly string[];
  }[];
  return listed.flatMap(({ trust, copiedTo: [cda, fhir] }) =>
    TRUSTED.has(trust) && cda !== undefined && fhir !== undefined ? [pairOf(cda, fhir)] : [],
  );
}

function pairOf(cda: string, fhir: string): Pair {
  const name = basename(fhir).replace(/\.jsonc?$/, '');
  const given = parse(readFileSync(join(folder, fhir), 'utf8')) as Readonly<Record<string, unknown>>;
  return {
    name,
    document: wrapped(name, readFileSync(join(folder, cda), 'utf8')),
    // Some are entries of a Bundle.
    fhir: (given.resource ?? given) as Readonly<Record<string, unknown>>,
  };
}

function wrapped(name: string, xml: string): string {
  if (xml.includes('<ClinicalDocument')) return xml;
  const inner = xml.replace(/<\?xml.*?\?>/, '').trim();
  if (inner.startsWith('<recordTarget')) return documentOf({ header: inner });
  if (inner.startsWith('<encompassingEncounter')) return documentOf({ header: `<componentOf>${inner}</componentOf>` });
  if (inner.startsWith('<Organization')) {
    const organization = inner.replace(/(<\/?)Organization/g, '$1representedOrganization');
    return documentOf({
      header: `<author><time value="2024"/><assignedAuthor><id nullFlavor="NI"/>${organization}</assignedAuthor></author>`,
    });
  }
  const section = SECTIONS.find(([pattern]) => pattern.test(name))?.[1];
  if (section === undefined) throw new Error(`no section for ${name}`);
  return documentOf({ xml: inner.replace(/^<entry[^>]*>|<\/entry>$/g, ''), section });
}
