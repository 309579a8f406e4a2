/** The whole way on one page: bytes in, Bundle out. */
import { createHash } from 'node:crypto';
import type { FhirResource } from 'fhir/r4.js';
import { fileURLToPath } from 'node:url';
import { assembleBundle } from './bundle/bundle.js';
import { claimProfiles } from './bundle/claim-profiles.js';
import { versionProfiles } from './bundle/version-profiles.js';
import { inElementOrder } from './bundle/element-order.js';
import { bundleHeader } from './bundle/header.js';
import { identify } from './bundle/identity.js';
import { lengthOf, outputLimit, refuseOver } from './bundle/output-limit.js';
import { documentId, requireClinicalDocument } from './cda/document.js';
import { vocabulary } from './cda/vocabulary.js';
import type { AskedOfSet } from './mapping/asked.js';
import type { Attempt } from './mapping/attempt.js';
import type {
  Conversion,
  Converter,
  ConverterOptions,
  ConvertOptions,
  FactStatus,
  TraceEntry,
  Units,
} from './conversion.js';
import { withinTime } from './deadline.js';
import { DEFAULT_TIME_LIMIT_SECONDS } from './limit-error.js';
import { withLittleGarbage } from './little-garbage.js';
import { compiledFor, mappingsFor } from './mapping/choose-mappings.js';
import { knownBy } from './mapping/identity-key.js';
import { versionOf } from './mapping/editions.js';
import { makeLeftOver } from './mapping/left-over.js';
import type { MappedResource } from './mapping/mapped-resource.js';
import { loadMappings, type LoadedMappings } from './mapping/load.js';
import { throughHolders } from './mapping/holders.js';
import { refuseKinds } from './mapping/refused.js';
import { ResourceMaker } from './mapping/resource-maker.js';
import { walkStatements } from './mapping/walk.js';
import { makeProvenance } from './provenance/authorship.js';
import { LeftOutEntries, leftOutText } from './provenance/left-out-entries.js';
import { ledgerOf } from './provenance/ledger.js';
import { sameAs } from './provenance/same-as.js';
import { SEVERAL, severalOfOne } from './provenance/several-of-one.js';
import { sourceVariables } from './provenance/source.js';
import { traceOf, type AddedTo, type Kept } from './provenance/trace.js';
import { addTerms } from './terms/apply/add-terms.js';
import { placeOfCode } from './terms/apply/place-of-code.js';
import { openTerms } from './terms/pack/layered.js';
import type { TermPack } from './terms/pack/term-pack.js';
import { timeZoneRule } from './time-zone-rule.js';
import { groupIssues } from './xml/issue-groups.js';
import { readDocument } from './xml/read.js';
import { NONE, nodeName, type Node, type Tree } from './xml/tree.js';

/** The mapping set that comes with the package. */
export const packagedMappings = fileURLToPath(new URL('../mappings', import.meta.url));

/**
 * Loads, checks and compiles a mapping set once; the converter can then be used for any number of documents.
 *
 *   const converter = createConverter({});
 *   const { bundle, ledger } = converter.convert(readFileSync('visit-summary.xml'));
 *
 * @throws MappingError with every mistake of the set at once. `convert` throws DocumentError, LimitError and OptionError.
 */
export function createConverter({ mappings = packagedMappings, ...others }: ConverterOptions = {}): Converter {
  return converterOf(loadMappings(mappings), others);
}

/** The converter of a set that is already loaded. */
export function converterOf(loaded: LoadedMappings, options: Omit<ConverterOptions, 'mappings'> = {}): Converter {
  const presets = presetsOf(loaded, options);
  const { pack } = presets;
  return {
    mappingHash: loaded.hash,
    ...(pack === undefined ? {} : { terms: pack.manifest }),
    convert: (bytes, options = {}) =>
      withLittleGarbage(bytes.length, () =>
        withinTime(options.timeLimitSeconds ?? DEFAULT_TIME_LIMIT_SECONDS, () =>
          convertBy(loaded, presets, bytes, options),
        ),
      ),
  };
}

/** What holds for every conversion whose options don't say otherwise. */
export interface Presets {
  readonly pack: TermPack | undefined;
  readonly usCore: string | undefined;
  readonly units: Units | undefined;
}

/**
 * @throws OptionError if the set does not know such a version of US Core
 * @throws TermsError if the term pack can't be used
 */
export function presetsOf(
  loaded: LoadedMappings,
  { terms, usCore, units }: Omit<ConverterOptions, 'mappings'>,
): Presets {
  if (usCore !== undefined) loaded.edition(usCore, false, 'others');
  return { pack: terms === undefined ? undefined : openTerms(terms), usCore, units };
}

/** What an examination asks for, beyond the result (see examine.ts). */
export interface Examiner {
  readonly attempts?: Attempt[];
  readonly asked?: AskedOfSet;
  /** Whether the issues of mappings are left out. */
  readonly withoutIssues?: boolean;
  readonly tell?: (fact: Node, status: FactStatus, rule: string | undefined) => void;
  readonly done: (run: ResourceMaker, kept: readonly Kept[]) => void;
}

/** One conversion, from bytes to Bundle. */
export function convertBy(
  loaded: LoadedMappings,
  presets: Presets,
  bytes: Uint8Array,
  options: ConvertOptions,
  examiner?: Examiner,
): Conversion {
  const mostOutput = outputLimit(bytes.length, options.maxOutputMegabytes);
  const { tree: written, issues } = readDocument(bytes, vocabulary);
  requireClinicalDocument(written);

  const traced = (options.trace ?? false) !== false;
  const told = !traced ? false : examiner?.attempts === undefined ? 'values' : 'attempts';
  const mappings = mappingsFor(
    loaded,
    compiledFor(loaded, options.usCore, presets.usCore, told),
    written,
    options.sender,
  );
  const timeZone = timeZoneRule(written, options.timeZone, mappings.timeZone);
  const variables = sourceVariables(bytes, loaded.hash, options);
  const runOver = (over: Tree): ResourceMaker => {
    const run = new ResourceMaker(over, mappings, timeZone, [...issues], traced, variables, options.files);
    run.asked = examiner?.asked;
    run.tellsIssues = examiner?.withoutIssues !== true;
    return run;
  };
  const holders = holdersIn(runOver(written));
  const { tree } = holders;
  const run = runOver(tree);
  run.attempts = examiner?.attempts;
  const document =
    documentId(tree, (id) => run.isPlaceholder(id, 'anything')) ?? createHash('sha256').update(bytes).digest('hex');
  run.patientKey = subjectKey(run) ?? document;
  // Senders copy the id of a document into another patient's document too, so the patient is part of the key.
  run.documentKey = `${run.patientKey}#${document}`;

  walkStatements(run);
  makeLeftOver(run);
  for (const { mapping, path } of mappings.header)
    for (const node of path.nodes(run, 0)) run.makeStatement(mapping, node);
  makeProvenance(run);
  run.finish();

  const kept = identify(run.made, options.keepRepeats);
  const resources = kept.map(({ resource }) => resource);
  claimProfiles(run, resources);
  if (options.versionedProfiles === true)
    versionProfiles(resources, loaded.editions.canonical, versionOf(mappings.usCore));
  const merged = kept.flatMap((one) => one.merged);
  const terms = withTerms(run, resources, presets, options);
  const bundle = assembleBundle(
    inOrder(resources, terms?.resources ?? resources.map(({ resource }) => resource)),
    options.bundle ?? 'transaction',
    { ...bundleHeader(run), profiles: loaded.editions.bundles },
  );
  refuseOver(mostOutput, lengthOf(bundle, mostOutput), 'the Bundle');
  const entries = new LeftOutEntries(tree);
  const { converted, refused } = run;
  const ledger = ledgerOf(tree, [...merged.map(({ journal }) => journal), run.leftOut, holders.journal], mappings, {
    converted,
    refused,
    entries,
    ...(examiner?.tell === undefined ? {} : { tell: examiner.tell }),
    questioned: run.issues.filter(({ code }) => mappings.questions.has(code)).length,
    same: () => sameAs(tree, kept),
    ...(terms === undefined ? {} : { terms: terms.counts }),
  });
  for (const statement of severalOfOne(resources)) run.warn('statement-repeated', SEVERAL, statement);
  for (const statement of entries.statements)
    run.warn('entry-not-converted', leftOutText(nodeName(tree, statement)), statement);
  examiner?.done(run, kept);
  let trace: readonly TraceEntry[] | undefined;
  return {
    bundle,
    ledger,
    get trace() {
      // Made when it is first read. A comparison of two sets converts many documents and reads the traces of only a
      // few.
      trace ??= traced ? traceOf(run, bundle, kept, options.trace === 'all', terms?.addedTo()) : [];
      return trace;
    },
    issues: groupIssues(run.issues),
  };
}

/** What was read through, and which kinds of documents are refused, of a run that makes nothing else. */
function holdersIn(run: ResourceMaker): ReturnType<typeof throughHolders> {
  refuseKinds(run, run.mappings.refused);
  return throughHolders(run);
}

/** The finished resources in FHIR's order. Each takes the place of the one that was filled, which takes memory no longer. */
function inOrder(made: readonly MappedResource[], finished: readonly FhirResource[]): readonly FhirResource[] {
  return made.map((one, index) => (one.resource = inElementOrder(finished[index]!)));
}

/** Adds what the term pack and canonical units give. Undefined if neither is asked for. */
function withTerms(
  run: ResourceMaker,
  made: readonly MappedResource[],
  { pack, units: usual }: Presets,
  { terms, units }: ConvertOptions,
):
  { resources: readonly FhirResource[]; counts: Readonly<Record<string, number>>; addedTo: () => AddedTo } | undefined {
  const used = terms === false ? undefined : pack;
  const wanted = units ?? usual ?? (used === undefined ? 'said' : 'ucum');
  if (used === undefined && wanted === 'said') return undefined;
  const { resources, counts, added } = addTerms(
    made.map(({ resource }) => resource),
    {
      pack: used,
      units: wanted,
      addresses: made.map(({ address }) => address),
      tell: (issue, text, index, code) => run.warn(issue, text, placeOfCode(made[index]!, code)),
    },
  );
  // Only the trace asks for this.
  const addedTo = (): AddedTo =>
    new Map(
      resources.flatMap((resource, index) => {
        const additions = added.get(resource);
        return additions === undefined ? [] : [[made[index]!.address, additions] as const];
      }),
    );
  return { resources, counts, addedTo };
}

function subjectKey(run: ResourceMaker): string | undefined {
  const subject = run.mappings.subject;
  const node = subject === undefined ? NONE : subject.path.first(run, 0);
  return subject === undefined || node === NONE ? undefined : knownBy(run, subject.mapping, node);
}
