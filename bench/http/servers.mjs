import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The service as it is shipped, from dist/, with limits that do not get in the way. */
export function startCairn({ workers, core }) {
  return start([here('../../dist/cli.js'), 'serve', '--port', '0'], core, {
    CAIRN_WORKERS: String(workers),
    CAIRN_REQUESTS_PER_MINUTE: '1000000',
    CAIRN_TIME_LIMIT_SECONDS: '120',
    CAIRN_QUEUE_SECONDS: '120',
  });
}

export function startMedplum({ core }) {
  return start([here('medplum.mjs')], core, {});
}

/** Both print their address in a JSON line on the standard output. */
async function start(args, core, environment) {
  const command =
    core === undefined ? [process.execPath, ...args] : ['taskset', '-c', String(core), process.execPath, ...args];
  pinClients(core === undefined ? '0-255' : core === 0 ? '1' : '0');
  const child = spawn(command[0], command.slice(1), {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  child.stdout.setEncoding('utf8');
  let text = '';
  while (!/"address":"([^"]+)"/.test(text)) text += (await once(child.stdout, 'data'))[0];
  child.stdout.resume();
  return {
    address: /"address":"([^"]+)"/.exec(text)[1],
    // taskset becomes the program that it starts.
    pid: child.pid,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** The clients are this process: on one core they must not take time from the service. */
function pinClients(cores) {
  spawnSync('taskset', ['-a', '-c', '-p', cores, String(process.pid)]);
}
