/**
 * Whether a store is encrypted, and by which master key. This is decided when it is made, and checked each time it is
 * opened.
 */
import { databaseOf, type Connection } from './database.js';
import { keyWords, newEncryptionKey, seal, unseal, type Secrets } from './keys.js';
import { sealAll } from './operations/seal-all.js';
import { StoreError } from './schema.js';

const NAME = 'index key';

/** @throws StoreError if the master key is wrong, is missing, or is given for a store that is not encrypted */
export async function openSecrets(database: Connection, master: Uint8Array | undefined): Promise<Secrets | undefined> {
  const row = await database.first('select value from setting where name = ?', [NAME]);
  if (row !== undefined) {
    if (master === undefined)
      throw new StoreError(
        'the store is encrypted: name its master key (masterKeyFile, CAIRN_MASTER_KEY_FILE, or masterKeyCommand)',
      );
    return { master, index: indexKey(row.value as Uint8Array, master) };
  }
  if (master === undefined) return undefined;
  if ((await database.first('select 1 as found from body limit 1')) !== undefined)
    throw new StoreError(
      'the store is not encrypted, but there is a master key: take the key away, or encrypt the store first (cairn store rekey)',
    );
  const index = newEncryptionKey();
  await database.run('insert into setting values (?, ?)', [NAME, seal(master, NAME, index)]);
  return { master, index };
}

/**
 * Wraps every key by another master key; nothing else is rewritten. A store that is not yet encrypted is encrypted.
 * Answers how many keys there are.
 */
export async function rekey(database: Connection, next: Uint8Array): Promise<number> {
  const { secrets } = database;
  if (secrets === undefined) {
    const index = newEncryptionKey();
    await database.run('insert into setting values (?, ?)', [NAME, seal(next, NAME, index)]);
    await sealAll(databaseOf({ ...database, secrets: { master: next, index } }, undefined));
  } else {
    await database.run('update setting set value = ? where name = ?', [seal(next, NAME, secrets.index), NAME]);
    for (const { document, wrapped } of await database.all('select document, wrapped from data_key')) {
      const words = keyWords(String(document));
      await database.run('update data_key set wrapped = ? where document = ?', [
        seal(next, words, unseal(secrets.master, words, wrapped as Uint8Array)),
        document!,
      ]);
    }
  }
  return Number((await database.first('select count(*) as count from data_key'))!.count);
}

function indexKey(wrapped: Uint8Array, master: Uint8Array): Uint8Array {
  try {
    return unseal(master, NAME, wrapped);
  } catch {
    throw new StoreError(
      'the master key is not the one of this store: name the file with the key that it was made with',
    );
  }
}
