import type { CommandModule } from './command.js';

interface Listed {
  /** One line of `cairn --help`. */
  readonly summary: string;
  /** Loaded only when it is asked for: a conversion needs nothing of it. */
  readonly load: () => Promise<CommandModule>;
}

/** The commands beside `convert` and `serve`, by name; each has a file of its own. */
export const commands: ReadonlyMap<string, Listed> = new Map<string, Listed>([
  [
    'unwrap',
    {
      summary: 'cairn unwrap FILE [--out DIR]           which documents an envelope holds; with --out, writes them',
      load: () => import('./unwrap.js'),
    },
  ],
  [
    'lint',
    {
      summary: 'cairn lint [DIR]                        every mistake of a mapping set, and what is of no use in it',
      load: () => import('./lint.js'),
    },
  ],
  [
    'test',
    {
      summary:
        'cairn test [DIR|FILE]                   runs the tests beside mappings, and tells which branches none reaches',
      load: () => import('./test.js'),
    },
  ],
  [
    'format',
    {
      summary: 'cairn format [DIR|FILE...]              lays out mapping files in one way',
      load: () => import('./format.js'),
    },
  ],
  [
    'diff',
    {
      summary: 'cairn diff --from SET --to SET FILE|DIR... what two mapping sets make of the same documents',
      load: () => import('./diff.js'),
    },
  ],
  [
    'ledger',
    {
      summary: 'cairn ledger FILE|DIR...                what no mapping takes, by template and path',
      load: () => import('./ledger.js'),
    },
  ],
  [
    'new',
    {
      summary:
        'cairn new mapping|sender ...            the first files of a mapping, or of a sender (cairn new --help)',
      load: () => import('./new.js'),
    },
  ],
  [
    'mappings',
    {
      summary: 'cairn mappings [SET]                    what a set maps, what that rests on, what proves it',
      load: () => import('./mappings.js'),
    },
  ],
  [
    'pack',
    {
      summary: 'cairn pack DIR --name N --version V     one file of a mapping set, with its hash',
      load: () => import('./pack.js'),
    },
  ],
  [
    'terms',
    {
      summary:
        'cairn terms build SOURCE... --out FILE  a term pack of RxNorm, CVX, LOINC, ICD, SNOMED CT or ConceptMaps',
      load: () => import('./terms.js'),
    },
  ],
  [
    'explain',
    {
      summary:
        'cairn explain FILE --element E             where a value came from; --line N, --why-not E (cairn explain --help)',
      load: () => import('./explain.js'),
    },
  ],
  [
    'purpose',
    {
      summary:
        'cairn purpose ID FILE|DIR... --set N=V     what a payer asks of documents: found, not accepted, missing, and why',
      load: () => import('./purpose.js'),
    },
  ],
  [
    'record',
    {
      summary: 'cairn record FILE|DIR...                one record for each person, with conflicts and all Provenances',
      load: () => import('./record.js'),
    },
  ],
  [
    'changes',
    {
      summary: 'cairn changes FILE... --since INSTANT   what is new, changed or ended since',
      load: () => import('./changes.js'),
    },
  ],
  [
    'measure',
    {
      summary:
        'cairn measure FILE|DIR... --measure FILE    an official measure, run by an engine that is installed beside',
      load: () => import('./measure.js'),
    },
  ],
  [
    'attach',
    {
      summary:
        'cairn attach PARAMETERS.json            attachments of a claim, as $submit-attachment of CDex takes them',
      load: () => import('./attach.js'),
    },
  ],
  [
    'import',
    {
      summary: 'cairn import FILE|DIR... [--to URL]     sends documents to a service that has a store',
      load: () => import('./import.js'),
    },
  ],
  [
    'status',
    {
      summary: 'cairn status [DOCUMENT]                 what is in the store of a service, and how its receivers stand',
      load: () => import('./status.js'),
    },
  ],
  [
    'replay',
    {
      summary: 'cairn replay [DOCUMENT...] [--dry-run]  converts stored documents anew, or says what that would change',
      load: () => import('./replay.js'),
    },
  ],
  [
    'dead',
    {
      summary: 'cairn dead RECEIVER [--redeliver]       what a receiver did not take',
      load: () => import('./dead.js'),
    },
  ],
  [
    'purge',
    {
      summary: 'cairn purge --patient ID --reason TEXT  takes away all that is stored of a patient',
      load: () => import('./purge.js'),
    },
  ],
  [
    'hold',
    {
      summary: 'cairn hold --patient ID --reason TEXT   keeps what is stored of a patient from being let go or purged',
      load: () => import('./hold.js'),
    },
  ],
  [
    'snapshot',
    {
      summary:
        'cairn snapshot                          lets cairn convert FILE start in half of the time, on this Node',
      load: () => import('./snapshot/make.js'),
    },
  ],
  [
    'store',
    {
      summary: 'cairn store check|audit|backup|…        whether a store is whole; copies, moves, new keys',
      load: () => import('./store.js'),
    },
  ],
]);
