import type { Parameters } from 'fhir/r4.js';
import type { StoredDocument } from '../../store/records.js';
import { ServiceError } from '../errors/service-error.js';
import type { TenantStore } from '../../store/store.js';
import { conversionJobOf } from '../intake/convert-task.js';
import type { AnswerPart } from '../workers/job.js';
import type { Service } from './route.js';

/**
 * The ledger or the trace of a stored document. They are not stored: the document is converted again by the mappings in
 * service. `mapping` and `isOfBundle` say whether these mappings also made its Bundle.
 *
 * @throws ServiceError 410 if its bytes are gone, 404 if it is not a document
 */
export async function accountOf(
  { pool, settings }: Service,
  store: TenantStore,
  document: StoredDocument,
  part: Exclude<AnswerPart, 'issues'>,
): Promise<Parameters> {
  if (document.isEnvelope)
    throw new ServiceError(404, 'not-found', 'It is an envelope; its $status names its documents.');
  const source = await store.ask('bodyOf', document.id, 'source');
  if (source === undefined) throw new ServiceError(410, 'not-found', 'The bytes are no longer kept.');
  const files = document.way === null ? [] : await store.ask('filesOf', document.id);
  const { timeLimitSeconds, maxOutputMegabytes } = settings.workers;
  const job = conversionJobOf(document, files, {
    timeLimitSeconds,
    ...(maxOutputMegabytes === undefined ? {} : { maxOutputMegabytes }),
  });
  const { header, body } = await pool.run(
    { ...job, wantsFacts: false, include: [part] },
    Buffer.concat([source, ...files.map(({ bytes }) => bytes)]),
  );
  if (!header.ok || body === undefined) {
    const failure = header.ok ? { status: 500, code: 'exception' as const, message: 'The conversion failed.' } : header;
    throw new ServiceError(failure.status, failure.code, failure.message);
  }
  const { parameter = [] } = JSON.parse(Buffer.from(body).toString('utf8')) as Parameters;
  return {
    resourceType: 'Parameters',
    parameter: [
      { name: 'mapping', valueString: header.mappingHash },
      ...(document.mapping === null
        ? []
        : [{ name: 'isOfBundle', valueBoolean: document.mapping === header.mappingHash }]),
      ...parameter.filter(({ name }) => name === part),
    ],
  };
}
