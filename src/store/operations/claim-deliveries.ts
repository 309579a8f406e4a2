/** Gives out the deliveries of all tenants to one receiver. */
import type { Database } from '../database.js';
import type { Task } from '../records.js';
import { isDue, lent, takeBack } from './claims.js';
import { taskFrom } from './tasks.js';

/**
 * Takes the next deliveries of a receiver. Two deliveries of one patient never run at once, and an appendix waits for
 * the document that it belongs to.
 */
export async function claimDeliveries(
  database: Database,
  receiver: string,
  most: number,
  now: number,
): Promise<Task[]> {
  // Without a lock, two nodes that look at the same time would both see a free lane.
  await database.lock(`deliveries ${receiver}`);
  await takeBack(database);
  const tasks: Task[] = [];
  while (tasks.length < most) {
    const [row] = await database.all(
      `update task set ${lent(database)}
       where id = (select t.id from task t join document d on d.id = t.document
         where t.kind = 'deliver' and t.receiver = ? and t.state = 'ready' and ${isDue(database)}
           and not exists (select 1 from task r where r.kind in ('deliver', 'remove') and r.receiver = t.receiver and r.state = 'running' and r.lane = t.lane)
           and not exists (select 1 from task p where p.kind = 'deliver' and p.receiver = t.receiver and p.document = d.appends
             and p.state in ('ready', 'running') and p.document <> t.document)
         order by t.priority, t.due, t.id limit 1)
       returning *`,
      [receiver, now],
    );
    if (row === undefined) break;
    tasks.push(taskFrom(row));
  }
  return tasks;
}

/** Takes the next removals of a receiver. A removal waits while something of the same patient is being sent there. */
export async function claimRemovals(database: Database, receiver: string, now: number): Promise<Task[]> {
  await database.lock(`deliveries ${receiver}`);
  const rows = await database.all(
    `update task set ${lent(database)}
     where id = (select t.id from task t where t.kind = 'remove' and t.receiver = ? and t.state = 'ready' and ${isDue(database)}
       and not exists (select 1 from task r where r.kind in ('deliver', 'remove') and r.receiver = t.receiver and r.state = 'running' and r.lane = t.lane)
       order by t.due, t.id limit 1)
     returning *`,
    [receiver, now],
  );
  return rows.map(taskFrom);
}
