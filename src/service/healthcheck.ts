/** Asks the service in the same container whether it is ready: HEALTHCHECK without curl. Ends with 0 or 1. */
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { loadSettings } from './settings/load.js';

const file = process.env.CAIRN_SETTINGS;
// Whether the service may listen there is decided by the service, whose command line says more.
const flags = [{ path: ['insecure'], value: true, origin: 'healthcheck' }];
const { host, port, tls } = loadSettings({ ...(file === undefined ? {} : { file }), environment: process.env, flags });
const own = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
const send = tls === undefined ? plain : secure;
// The certificate has the name by which clients know the service, not this address.
send({ host: own, port, path: '/readyz', timeout: 4000, rejectUnauthorized: false }, (response) => {
  process.exit(response.statusCode === 200 ? 0 : 1);
})
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1))
  .end();
