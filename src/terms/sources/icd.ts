import { ICD_10_CM, ICD_9_CM } from '../pack/code-key.js';
import type { SourceFileKind } from './source-kind.js';

/** CMS's order file: order number, code, whether it is billable, short and long title, by columns. */
const ORDER = /^\d{5} ([A-Z]\d[\dA-Z]{1,5}) *([01]) (.{60}) (.*)$/;
/** CMS's code file: code and long title. */
const CODE = /^([A-Z]\d[\dA-Z]{1,5})\s+(\S.*)$/;

export const icd10cm: SourceFileKind = {
  kind: 'icd-10-cm',
  title: 'ICD-10-CM',
  matches: (name, first) =>
    /icd-?10-?cm.*\.txt$/i.test(name) && (ORDER.test(first.trimEnd()) || CODE.test(first.trimEnd())),
  async read({ lines, collector, file }) {
    // The code file lacks the headings above the codes, which are no errors where they stand in a document.
    let complete = false;
    for await (const line of lines) {
      const order = ORDER.exec(line.trimEnd());
      const [, code, title] = order === null ? (CODE.exec(line.trimEnd()) ?? []) : [order[0], order[1], order[4]];
      if (code === undefined || title === undefined) continue;
      if (order !== null && !complete) {
        collector.declare(ICD_10_CM, true);
        complete = true;
      }
      collector.display(ICD_10_CM, code, title);
      const short = order?.[3]?.trim() ?? '';
      if (short !== '' && short !== title) collector.name(ICD_10_CM, code, short);
    }
    collector.declare(ICD_10_CM, complete);
    return yearIn(file.name) ?? yearIn(file.path);
  },
};

const GEM = /^\s*([VE]?\d{2,5})\s+([A-Z]\d[\dA-Z]{1,5}|NoDx)\s+([01])([01])([01])\d\d\s*$/;

/** CMS's general equivalence mappings from ICD-9-CM: exact is what is neither approximate nor a combination. */
export const gems: SourceFileKind = {
  kind: 'gems',
  title: 'CMS ICD-9 GEMs',
  matches: (name, first) => /i9gem.*\.txt$/i.test(name) || (/gem/i.test(name) && GEM.test(first)),
  async read({ lines, collector, file }) {
    for await (const line of lines) {
      const [, from, to = '', approximate, none, combination] = GEM.exec(line) ?? [];
      if (from === undefined) continue;
      if (approximate === '0' && none === '0' && combination === '0') collector.exact(ICD_9_CM, from, ICD_10_CM, to);
      else collector.noTarget(ICD_9_CM, from, ICD_10_CM);
    }
    return yearIn(file.name) ?? yearIn(file.path);
  },
};

function yearIn(path: string): string | undefined {
  return /(?<!\d)(20\d\d)(?!\d)/.exec(path)?.[1];
}
