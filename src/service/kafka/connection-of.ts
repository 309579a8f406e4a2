import type { KafkaConnection, KafkaLogin } from '../../delivery/kafka/connection.js';
import { secretIn } from '../secret-in.js';
import type { KafkaConnectionSettings } from '../settings/kafka.js';

/**
 * A connection to brokers, made from the settings.
 * @throws Error if a file can't be read
 */
export function connectionOf({ brokers, clientId, tls, login }: KafkaConnectionSettings): KafkaConnection {
  const text = (file: string | undefined): string | undefined => (file === undefined ? undefined : secretIn(file));
  const [ca, cert, key] = [text(tls?.caFile), text(tls?.certificateFile), text(tls?.keyFile)];
  const given = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
  return {
    brokers,
    clientId,
    ...(tls === undefined || tls.enabled === false ? {} : { tls: given }),
    ...(login === undefined ? {} : { login: loginOf(login) }),
  };
}

function loginOf({
  mechanism,
  user = '',
  passwordFile = '',
  tokenFile = '',
}: NonNullable<KafkaConnectionSettings['login']>): KafkaLogin {
  if (mechanism !== 'OAUTHBEARER') return { mechanism, user, password: secretIn(passwordFile) };
  // Read once here, so that a missing file is reported at the start.
  secretIn(tokenFile);
  return { mechanism, token: () => secretIn(tokenFile) };
}
