/** Ends the process, as a power cut would, the nth time that it comes to a step: `DRILL_DIE_AT=after-insert:3`. */
import { listenToSteps } from '../../src/store/steps.js';

const [name, times = '1'] = (process.env.DRILL_DIE_AT ?? '').split(':');
let count = 0;

listenToSteps((step) => {
  if (step === name && ++count >= Number(times)) process.kill(process.pid, 'SIGKILL');
});
