/** Writes an object for each document into a bucket, under a key that is made from the document's id. */
import { createHash } from 'node:crypto';
import { AwsClient } from 'aws4fetch';
import type { HttpClient } from './http.js';
import type { Receiver } from './receiver.js';
import { verdictOf } from './verdict.js';
import { deliverWhole, removeWhole } from './whole.js';

export interface S3Settings {
  readonly name: string;
  /** The URL of the bucket: `https://bucket.s3.eu-central-1.amazonaws.com`, or `http://minio:9000/bucket`. */
  readonly url: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly prefix: string;
  readonly encryption?: 'AES256' | 'aws:kms' | undefined;
  readonly lanes: number;
  readonly deliverWithinHours: number;
}

export function createS3Receiver(settings: S3Settings, http: HttpClient): Receiver {
  const { name, region, accessKeyId, secretAccessKey, prefix, encryption, lanes, deliverWithinHours } = settings;
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 });
  const base = settings.url.replace(/\/$/, '');
  return {
    name,
    lanes,
    deliverWithinMilliseconds: deliverWithinHours * 3_600_000,
    deliver: (parcel) =>
      deliverWhole(parcel, async () => {
        const { bundle, document, attempt, failures } = parcel;
        const digest = createHash('sha256').update(bundle).digest();
        const signed = await client.sign(`${base}/${prefix}${document.id}.json`, {
          method: 'PUT',
          headers: {
            'Content-Type': 'application/fhir+json',
            'x-amz-content-sha256': digest.toString('hex'),
            'x-amz-checksum-sha256': digest.toString('base64'),
            ...(encryption === undefined ? {} : { 'x-amz-server-side-encryption': encryption }),
          },
        });
        const headers = Object.fromEntries(signed.headers);
        const answer = await http.send({ method: 'PUT', url: signed.url, headers, body: bundle });
        return verdictOf(answer, { attempt, failures, now: Date.now() });
      }),
    remove: (purged) =>
      removeWhole(purged, async (id) => {
        const signed = await client.sign(`${base}/${prefix}${id}.json`, { method: 'DELETE' });
        const answer = await http.send({
          method: 'DELETE',
          url: signed.url,
          headers: Object.fromEntries(signed.headers),
        });
        // If the object is not there, nothing has to be deleted.
        return answer?.status === 404 && !answer.body.includes('NoSuchBucket')
          ? { kind: 'done', status: 404 }
          : verdictOf(answer, { attempt: purged.attempt, failures: purged.failures, now: Date.now() });
      }),
    check: async () => {
      const signed = await client.sign(`${base}/?list-type=2&max-keys=0`, { method: 'GET' });
      const answer = await http.send({ method: 'GET', url: signed.url, headers: Object.fromEntries(signed.headers) });
      return answer?.status === 404 ? `there is no bucket at ${base}` : undefined;
    },
    close: () => {
      http.close();
    },
  };
}
