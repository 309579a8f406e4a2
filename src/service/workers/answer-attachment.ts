/** CDex's operations about attachments: a submission taken, a payer's data request answered. */
import { readFileSync } from 'node:fs';
import type { FhirResource } from 'fhir/r4.js';
import { answerTask } from '../../attachment/answer-task.js';
import { readCertificates } from '../../attachment/certificates.js';
import { readResource } from '../../attachment/read-resource.js';
import { submitAttachments, submissionParameters } from '../../attachment/submit.js';
import { writeJson } from '../../bundle/write-json.js';
import { writeXml } from '../../bundle/write-xml.js';
import type { Converter } from '../../conversion.js';
import { loadPurposes, type PurposeOptions, type PurposeSet } from '../../purpose/load.js';
import { ServiceError } from '../errors/service-error.js';
import type { Job, Outcome, Question, Success } from './job.js';
import { failureOf, optionsOf } from './perform.js';

type Asked = Extract<Question, { ask: 'attach' | 'task' }>;

let loaded: PurposeSet | undefined;

export async function answerAttachment(
  converters: ReadonlyMap<string, Converter>,
  purposes: PurposeOptions,
  job: Job & { readonly question: Asked },
  body: Uint8Array,
): Promise<{ outcome: Outcome; bytes: Uint8Array }> {
  const started = performance.now();
  try {
    const converter = converters.get(job.options.set);
    if (converter === undefined) throw new ServiceError(400, 'value', 'There is no mapping set of that name.');
    const { resource, told } = await answer(converter, purposes, job, body);
    const converted = performance.now();
    const text = job.format === 'xml' ? writeXml(resource) : writeJson(resource);
    const outcome: Outcome = {
      ok: true,
      ...told,
      mappingHash: converter.mappingHash,
      convertMilliseconds: converted - started,
      writeMilliseconds: performance.now() - converted,
    };
    return { outcome, bytes: Buffer.from(text, 'utf8') };
  } catch (error) {
    return { outcome: failureOf(error, job), bytes: new Uint8Array(0) };
  }
}

const NO_FACTS: Success['facts'] = {
  facts: 0,
  mapped: 0,
  used: 0,
  narrative: 0,
  dropped: 0,
  unmapped: 0,
};

async function answer(
  converter: Converter,
  purposes: PurposeOptions,
  job: Job & { readonly question: Asked },
  body: Uint8Array,
): Promise<{ resource: FhirResource; told: Pick<Success, 'facts' | 'issues'> }> {
  const { question } = job;
  const parameters = readResource(body);
  if (question.ask === 'task') {
    loaded ??= loadPurposes(purposes);
    const task = await answerTask(converter, parameters, loaded.valueSets, optionsOf(job));
    return { resource: task, told: { facts: NO_FACTS, issues: {} } };
  }
  const { signature, certificates } = question;
  const submitted = await submitAttachments(converter, parameters, {
    signature,
    trusted: certificates === undefined ? [] : readCertificates(readFileSync(certificates, 'utf8')),
    convert: optionsOf(job),
  });
  return {
    resource: question.answer === 'parameters' ? submissionParameters(submitted) : submitted.outcome,
    told: { facts: { ...NO_FACTS, ...submitted.facts }, issues: Object.fromEntries(submitted.issues) },
  };
}
