import { CVX, MVX, NDC } from '../pack/code-key.js';
import type { SourceFileKind } from './source-kind.js';

export const cvx: SourceFileKind = {
  kind: 'cvx',
  title: 'CDC CVX',
  matches: (name) => /^cvx[^/]*\.txt$/i.test(name),
  async read({ lines, collector }) {
    collector.declare(CVX, true);
    let newest = '';
    for await (const line of lines) {
      const [code = '', short = '', full = '', , status = '', , , day = ''] = fieldsOf(line);
      // Some releases have the names of the columns in their first line.
      if (!/^\d{1,3}$/.test(code)) continue;
      collector.display(CVX, code, short);
      collector.name(CVX, code, full);
      // `Inactive`: it may still stand in records of what was given; `Never Active` never could.
      if (/^(never active|pending)/i.test(status)) collector.retired(CVX, code);
      else collector.active(CVX, code);
      newest = later(newest, day);
    }
    return newest === '' ? undefined : newest;
  },
};

export const mvx: SourceFileKind = {
  kind: 'mvx',
  title: 'CDC MVX',
  matches: (name) => /^mvx[^/]*\.txt$/i.test(name),
  async read({ lines, collector }) {
    collector.declare(MVX, true);
    let newest = '';
    for await (const line of lines) {
      const [code = '', title = '', , status = '', day = ''] = fieldsOf(line);
      if (!/^[A-Z0-9]{2,5}$/.test(code) || status === '') continue;
      collector.display(MVX, code, title);
      collector.active(MVX, code);
      newest = later(newest, day);
    }
    return newest === '' ? undefined : newest;
  },
};

const NDC_FORM = /^\d{5}-\d{4}-\d{2}$/;
/** Where the text files without names of columns have the CVX code, counted back from the NDC: unit of sale, unit of use. */
const BACK = [2, 3];

/**
 * CDC's crosswalk of units of sale and of use, as text with or without names of columns. Which of the NDCs of a CVX code
 * was given nobody knows: that way there are only candidates.
 */
export const ndcToCvx: SourceFileKind = {
  kind: 'ndc-cvx',
  title: 'CDC NDC to CVX',
  matches: (name, first) =>
    /ndc[^/]*\.(txt|csv)$/i.test(name) && (columnsOf(first) !== undefined || placesIn(fieldsOf(first)) !== undefined),
  async read({ lines, collector }) {
    let columns: Columns | undefined;
    let first = true;
    for await (const line of lines) {
      if (first) columns = columnsOf(line);
      if (first && columns !== undefined) {
        first = false;
        continue;
      }
      first = false;
      const fields = fieldsOf(line);
      columns ??= placesIn(fields);
      const code = fields[columns?.cvx ?? -1] ?? '';
      if (columns === undefined || !/^\d{1,3}$/.test(code)) continue;
      for (const place of columns.ndcs) {
        const ndc = fields[place] ?? '';
        if (!/^[\d-]{11,13}$/.test(ndc)) continue;
        collector.exact(NDC, ndc, CVX, code.padStart(2, '0'));
        collector.candidate(CVX, code, NDC, ndc);
      }
    }
    return undefined;
  },
};

interface Columns {
  readonly cvx: number;
  readonly ndcs: readonly number[];
}

function columnsOf(line: string): Columns | undefined {
  const names = fieldsOf(line).map((name) => name.replace(/[^a-z0-9]/gi, '').toLowerCase());
  const code = names.findIndex((name) => /^(cdc)?cvx(code)?$/.test(name));
  const ndcs = names.flatMap((name, place) => (name.endsWith('ndc11') ? [place] : []));
  return code < 0 || ndcs.length === 0 ? undefined : { cvx: code, ndcs };
}

function placesIn(fields: readonly string[]): Columns | undefined {
  const ndc = fields.findIndex((field) => NDC_FORM.test(field));
  const back = BACK.find((steps) => /^\d{2,3}$/.test(fields[ndc - steps] ?? ''));
  return ndc < 0 || back === undefined ? undefined : { cvx: ndc - back, ndcs: [ndc] };
}

function fieldsOf(line: string): string[] {
  const separator = line.includes('|') ? '|' : line.includes('\t') ? '\t' : ',';
  return line.split(separator).map((field) => field.trim().replace(/^"|"$/g, ''));
}

/** Days as CDC writes them, `2026/03/20`; others are left aside. */
function later(one: string, day: string): string {
  const iso = /^\d{4}[/-]\d\d[/-]\d\d/.test(day) ? day.slice(0, 10).replaceAll('/', '-') : '';
  return iso > one ? iso : one;
}
