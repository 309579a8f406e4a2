import { createFhirReceiver } from '../../delivery/fhir.js';
import { createFolderReceiver } from '../../delivery/folder.js';
import { createHttpClient, type HttpClient } from '../../delivery/http.js';
import { createLogin, loginKeyOf, type LoginSettings } from '../../delivery/login.js';
import type { Receiver } from '../../delivery/receiver.js';
import { createWebhookReceiver } from '../../delivery/webhook.js';
import { connectionOf } from '../kafka/connection-of.js';
import { secretIn } from '../secret-in.js';
import type { ReceiverSettings } from '../settings/receivers.js';
import { StartError } from '../workers/worker-process.js';

/**
 * Makes the receivers of the settings. A mistake in the settings is reported before anything is served.
 * @throws StartError
 */
export async function openReceivers(all: readonly ReceiverSettings[]): Promise<Receiver[]> {
  const receivers: Receiver[] = [];
  for (const settings of all) {
    try {
      const receiver = await openReceiver(settings);
      receivers.push(receiver);
      const fault = await receiver.check();
      if (fault !== undefined) throw new StartError(fault);
    } catch (error) {
      for (const receiver of receivers) receiver.close();
      throw new StartError(
        `receiver ${settings.name}: ${error instanceof Error ? error.message : 'it cannot be used'}`,
      );
    }
  }
  return receivers;
}

async function openReceiver(settings: ReceiverSettings): Promise<Receiver> {
  switch (settings.kind) {
    case 'folder':
      return createFolderReceiver(settings);
    case 'webhook':
      return createWebhookReceiver({ ...settings, secret: secretIn(settings.secretFile) }, clientOf(settings));
    case 's3': {
      // Loaded late, because only a receiver with a bucket needs it.
      const { createS3Receiver } = await import('../../delivery/s3.js');
      return createS3Receiver({ ...settings, secretAccessKey: secretIn(settings.secretKeyFile) }, clientOf(settings));
    }
    case 'kafka': {
      const { createKafkaReceiver } = await import('../../delivery/kafka/receiver.js');
      return await createKafkaReceiver({ ...settings, connection: connectionOf(settings) });
    }
    case 'fhir': {
      const http = clientOf(settings);
      const login = await loginOf(settings.login);
      return createFhirReceiver(settings, http, createLogin(login, settings.url.replace(/\/$/, ''), http));
    }
  }
}

function clientOf({ timeoutSeconds, tls }: Extract<ReceiverSettings, { timeoutSeconds: number }>): HttpClient {
  const text = (file: string | undefined): string | undefined => (file === undefined ? undefined : secretIn(file));
  const [cert, key, ca] = [text(tls?.certificateFile), text(tls?.keyFile), text(tls?.caFile)];
  const given = {
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(ca === undefined ? {} : { ca }),
  };
  return createHttpClient({ timeoutSeconds, ...(tls === undefined ? {} : { tls: given }) });
}

async function loginOf(
  login: Extract<ReceiverSettings, { kind: 'fhir' }>['login'],
): Promise<LoginSettings | undefined> {
  switch (login?.kind) {
    case undefined:
      return undefined;
    case 'bearer':
      return { kind: 'bearer', token: secretIn(login.tokenFile) };
    case 'basic':
      return { kind: 'basic', user: login.user, password: secretIn(login.passwordFile) };
    case 'smart': {
      const smart = { ...login, key: secretIn(login.keyFile) };
      await loginKeyOf(smart).catch(() => {
        throw new Error(`${login.keyFile} holds no key for ${login.algorithm}: it must be a JWK, or PKCS#8 in PEM`);
      });
      return smart;
    }
  }
}
