import { CVX, NDC, RXNORM, SNOMED_CT, UNII } from '../pack/code-key.js';
import type { SourceFileKind } from './source-kind.js';

/** Term types that are other names of a concept, not the one that RxNorm gives it (RxNorm technical documentation, 11.1). */
const OTHER_NAMES: ReadonlySet<string> = new Set(['SY', 'TMSY', 'PSN', 'ET']);

/** The codes of other systems that RxNorm has for its concepts, by source and term type. */
const SYSTEMS: ReadonlyMap<string, string> = new Map([
  ['SNOMEDCT_US', SNOMED_CT],
  ['CVX', CVX],
]);

/** Relations whose other end has names that senders give for a concept: brand, generic, ingredient. */
const RELATIONS: ReadonlySet<string> = new Set([
  'has_tradename',
  'tradename_of',
  'has_ingredient',
  'has_precise_ingredient',
  'has_form',
  'form_of',
]);

/** The full release tells which concepts are retired, and so has all codes; the prescribable subset has neither. */
const FULL = /^RXN(ATOMARCHIVE|CUI)\.RRF$/i;

export const rxnormNames: SourceFileKind = {
  kind: 'rxnorm',
  title: 'RxNorm',
  matches: (name) => /^RXNCONSO\.RRF$/i.test(name),
  async read({ lines, collector, beside, file }) {
    collector.declare(
      RXNORM,
      beside.some(({ name }) => FULL.test(name)),
    );
    for await (const line of lines) {
      const fields = line.split('|');
      const [concept = '', language] = fields;
      const [vocabulary = '', type = '', code = '', term = ''] = fields.slice(11, 15);
      if (concept === '' || language !== 'ENG') continue;
      const suppressed = fields[16];
      if (vocabulary === 'RXNORM') {
        const preferred = !OTHER_NAMES.has(type);
        if (!preferred) collector.name(RXNORM, concept, term);
        else collector.display(RXNORM, concept, term, suppressed === 'N' ? 1 : 2);
        if (preferred && suppressed === 'O') collector.retired(RXNORM, concept);
        else if (preferred) collector.active(RXNORM, concept);
      } else if (suppressed === 'N') {
        const system = vocabulary === 'MTHSPL' && type === 'SU' ? UNII : SYSTEMS.get(vocabulary);
        if (system !== undefined) collector.exact(system, code, RXNORM, concept);
      }
    }
    return versionInPath(file.path);
  },
};

export const rxnormAttributes: SourceFileKind = {
  kind: 'rxnorm-ndc',
  title: 'RxNorm NDC',
  matches: (name) => /^RXNSAT\.RRF$/i.test(name),
  async read({ lines, collector, file }) {
    for await (const line of lines) {
      // Most of the lines are of others, and there are millions.
      if (!line.includes('|NDC|RXNORM|')) continue;
      const fields = line.split('|');
      const [name, vocabulary, value = ''] = fields.slice(8, 11);
      if (name === 'NDC' && vocabulary === 'RXNORM') collector.exact(NDC, value, RXNORM, fields[0] ?? '');
    }
    return versionInPath(file.path);
  },
};

export const rxnormRelations: SourceFileKind = {
  kind: 'rxnorm-relations',
  title: 'RxNorm relations',
  matches: (name) => /^RXNREL\.RRF$/i.test(name),
  async read({ lines, collector, file }) {
    for await (const line of lines) {
      const fields = line.split('|');
      // It is read from the second to the first: the second has the first as its ingredient.
      const [other = '', , , , concept = '', , , relation = ''] = fields;
      if (other !== '' && concept !== '' && RELATIONS.has(relation) && fields[10] === 'RXNORM')
        collector.relative(RXNORM, concept, other);
    }
    return versionInPath(file.path);
  },
};

export const rxnormRetired: SourceFileKind = {
  kind: 'rxnorm-retired',
  title: 'RxNorm retired concepts',
  matches: (name) => /^RXNCUI\.RRF$/i.test(name),
  async read({ lines, collector, file }) {
    for await (const line of lines) {
      const [concept = '', , , cardinality, other = ''] = line.split('|');
      if (concept === '') continue;
      collector.retired(RXNORM, concept, cardinality === '1' && other !== concept ? other : '');
    }
    return versionInPath(file.path);
  },
};

/** NLM names its files by the day: `RxNorm_full_11032026.zip`. */
function versionInPath(path: string): string | undefined {
  const [, month, day, year] = /RxNorm[a-z_]*_(\d\d)(\d\d)(\d{4})/i.exec(path) ?? [];
  return year === undefined ? undefined : `${year}-${month}-${day}`;
}
