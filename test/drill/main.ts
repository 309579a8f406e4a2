/** The service of the drill, as a process of its own. */
import './die.js';
import { pino } from 'pino';
import { startService } from '../../src/service/server.js';
import { loadSettings } from '../../src/service/settings/load.js';

const settings = loadSettings({ environment: process.env });
const { address } = await startService(settings, {
  converter: new URL('./converter.ts', import.meta.url).href,
  storeThread: new URL('./thread.mjs', import.meta.url),
  log: pino({ level: 'silent' }),
});
process.stdout.write(`${address}\n`);
