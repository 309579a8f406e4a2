/**
 * What came from a topic and was refused is told in a topic too. A task of its own does that, so that it is not lost in
 * a crash.
 */
import type { Database } from '../database.js';
import { FROM_TOPIC, priorities } from '../records.js';
import { addTask } from './accept.js';

/** Must be called when a document, or a part of an envelope, is refused. */
export async function planRefusal(database: Database, document: string): Promise<void> {
  const { source } = (await database.first('select source from document where tenant = :tenant and id = ?', [
    document,
  ]))!;
  if (String(source).startsWith(FROM_TOPIC)) await addTask(database, document, 'refusal', priorities.live);
}
