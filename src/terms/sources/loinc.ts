import { LOINC } from '../pack/code-key.js';
import { csvFields } from './source-file.js';
import type { SourceFileKind } from './source-kind.js';

/** LOINC's licence wants it to be shown with the content. */
const NOTICE =
  'This material contains content from LOINC (http://loinc.org). LOINC is copyright Regenstrief Institute, Inc. and the Logical Observation Identifiers Names and Codes (LOINC) Committee and is available at no cost under the license at http://loinc.org/license. LOINC is a registered United States trademark of Regenstrief Institute, Inc.';

export const loinc: SourceFileKind = {
  kind: 'loinc',
  title: 'LOINC',
  matches: (name, first) => /^loinc[^/]*\.csv$/i.test(name) && first.includes('LONG_COMMON_NAME'),
  async read({ lines, collector }) {
    collector.declare(LOINC, true);
    collector.notices.add(NOTICE);
    let newest = '';
    for await (const row of rowsOf(lines)) {
      const code = row('LOINC_NUM');
      if (code === '') continue;
      collector.display(LOINC, code, row('LONG_COMMON_NAME'));
      for (const column of ['SHORTNAME', 'DisplayName', 'CONSUMER_NAME', 'COMPONENT'])
        collector.name(LOINC, code, row(column));
      collector.words(LOINC, code, row('RELATEDNAMES2').slice(0, 300));
      if (row('STATUS') === 'DEPRECATED') collector.retired(LOINC, code);
      else collector.active(LOINC, code);
      collector.units(LOINC, code, row('EXAMPLE_UCUM_UNITS'));
      // Others' notices are part of the terms under which their rows may be shown.
      const notice = row('EXTERNAL_COPYRIGHT_NOTICE');
      if (notice !== '' && collector.notices.size < MOST_NOTICES) collector.notices.add(notice);
      const version = row('VersionLastChanged');
      if (compareVersions(version, newest) > 0) newest = version;
    }
    return newest === '' ? undefined : newest;
  },
};

const MOST_NOTICES = 500;

export const loincMapTo: SourceFileKind = {
  kind: 'loinc-map-to',
  title: 'LOINC MapTo',
  matches: (name, first) => /^mapto\.csv$/i.test(name) && /LOINC.*MAP_TO/.test(first),
  async read({ lines, collector }) {
    for await (const row of rowsOf(lines)) collector.retired(LOINC, row('LOINC'), row('MAP_TO'));
    return undefined;
  },
};

/** The rows of a CSV file with names in its first line; a field may have line ends in it. */
async function* rowsOf(lines: AsyncIterable<string>): AsyncGenerator<(column: string) => string> {
  let columns: Map<string, number> | undefined;
  let open = '';
  for await (const line of lines) {
    const text = open === '' ? line : `${open}\n${line}`;
    const fields = csvFields(text);
    open = fields === undefined ? text : '';
    if (fields === undefined || text === '') continue;
    if (columns === undefined) columns = new Map(fields.map((name, place) => [name, place]));
    else {
      const places = columns;
      yield (column) => fields[places.get(column) ?? -1]?.trim() ?? '';
    }
  }
}

/** `2.9` before `2.10`. */
function compareVersions(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}
