/** CDex's operations for attachments: takes a submission, and answers a payer's data request. */
import { readFileSync } from 'node:fs';
import type { FhirResource } from 'fhir/r4.js';
import { answerTask } from '../../attachment/answer-task.js';
import { readCertificates } from '../../attachment/certificates.js';
import { readResource } from '../../attachment/read-resource.js';
import { submitAttachments, submissionParameters } from '../../attachment/submit.js';
import { writeJson } from '../../bundle/write-json.js';
import { writeXml } from '../../bundle/write-xml.js';
import type { Converter } from '../../conversion.js';
import type { PurposeOptions } from '../../purpose/load.js';
import { answering, loadedPurposes, type QuestionAnswer } from './answering.js';
import type { Job, Outcome, Question } from './job.js';
import { NO_FACTS, convertOptionsOfJob } from './perform.js';

type Asked = Extract<Question, { ask: 'attach' | 'task' }>;

export function answerAttachment(
  converters: ReadonlyMap<string, Converter>,
  purposes: PurposeOptions,
  job: Job & { readonly question: Asked },
  body: Uint8Array,
): Promise<{ outcome: Outcome; bytes: Uint8Array }> {
  return answering(converters, job, async (converter) => {
    const { resource, told } = await answer(converter, purposes, job, body);
    return { write: () => (job.format === 'xml' ? writeXml(resource) : writeJson(resource)), ...told };
  });
}

async function answer(
  converter: Converter,
  purposes: PurposeOptions,
  job: Job & { readonly question: Asked },
  body: Uint8Array,
): Promise<{ resource: FhirResource; told: Pick<QuestionAnswer, 'facts' | 'issues'> }> {
  const { question } = job;
  const parameters = readResource(body);
  if (question.ask === 'task') {
    const { tasks } = question;
    const task = await answerTask(converter, parameters, {
      purposes: loadedPurposes(purposes),
      convert: convertOptionsOfJob(job),
      ...(tasks === undefined ? {} : { tasks }),
    });
    return { resource: task, told: { issues: {} } };
  }
  const { signature, certificates } = question;
  const submitted = await submitAttachments(converter, parameters, {
    signature,
    trusted: certificates === undefined ? [] : readCertificates(readFileSync(certificates, 'utf8')),
    convert: convertOptionsOfJob(job),
  });
  return {
    resource: question.answer === 'parameters' ? submissionParameters(submitted) : submitted.outcome,
    told: { facts: { ...NO_FACTS, ...submitted.facts }, issues: Object.fromEntries(submitted.issues) },
  };
}
