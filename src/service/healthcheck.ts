/** Asks the service in the same container whether it is ready, so that HEALTHCHECK needs no curl. Exits with 0 or 1. */
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { loadSettings } from './settings/load.js';

const file = process.env.CAIRN_SETTINGS;
// Only the service itself, which knows its command line, decides whether it may listen there.
const flags = [{ path: ['insecure'], value: true, origin: 'healthcheck' }];
const { host, port, tls } = loadSettings({ ...(file === undefined ? {} : { file }), environment: process.env, flags });
const own = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
const send = tls === undefined ? plain : secure;
// The certificate has the name by which clients know the service, not this address, so the name is not checked.
send({ host: own, port, path: '/readyz', timeout: 4000, rejectUnauthorized: false }, (response) => {
  process.exit(response.statusCode === 200 ? 0 : 1);
})
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1))
  .end();
