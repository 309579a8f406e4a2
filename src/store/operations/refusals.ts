/** What came from a topic and was refused is told there, too: by a task of its own, so that no crash swallows it. */
import type { Database } from '../database.js';
import { FROM_TOPIC, priorities } from '../records.js';
import { addTask } from './accept.js';

/** To be done where a document, or something in an envelope, is refused. */
export async function planRefusal(database: Database, document: string): Promise<void> {
  const { source } = (await database.first('select source from document where tenant = :tenant and id = ?', [
    document,
  ]))!;
  if (String(source).startsWith(FROM_TOPIC)) await addTask(database, document, 'refusal', priorities.live);
}
