/**
 * The share of the machine that other programs used meanwhile, in percent. If it is large, the figure beside it is worth
 * nothing. From /proc; undefined if there is none.
 */
import { readdirSync, readFileSync } from 'node:fs';

export function watchOthers(pid) {
  const before = look(pid);
  return () => {
    const after = look(pid);
    if (before === undefined || after === undefined) return undefined;
    const ours = after.ours - before.ours;
    return Math.max(0, (100 * (after.busy - before.busy - ours)) / (after.all - before.all));
  };
}

/** Clock ticks of the whole machine, and of this process, the server and its workers. */
function look(pid) {
  try {
    const ticks = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0].trim().split(/\s+/).slice(1, 9).map(Number);
    const [user, nice, system, , , interrupts, soft, stolen] = ticks;
    const ours = [process.pid, pid, ...childrenOf(pid)].reduce((sum, each) => sum + ticksOf(each), 0);
    return {
      busy: user + nice + system + interrupts + soft + stolen,
      all: ticks.reduce((a, b) => a + b),
      ours,
    };
  } catch {
    return undefined;
  }
}

function childrenOf(pid) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => fieldsOf(name)[1] === String(pid));
}

function ticksOf(pid) {
  const fields = fieldsOf(pid);
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}

/** The fields of /proc/PID/stat behind the name of the program. */
function fieldsOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop().split(' ');
  } catch {
    return [];
  }
}
