/** The same tests over both databases: those of PostgreSQL are skipped, aloud, where there is none. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type ThrowAwayPostgres } from '../../scripts/throw-away-postgres.js';

export const engines = ['SQLite', 'SQLite, encrypted', 'PostgreSQL', 'PostgreSQL, encrypted'] as const;

export type Engine = (typeof engines)[number];

export interface Place {
  readonly place: string;
  readonly masterKey: Uint8Array | undefined;
  readonly remove: () => void;
}

export function isOfPostgres(engine: Engine): boolean {
  return engine.startsWith('PostgreSQL');
}

let server: Promise<ThrowAwayPostgres> | undefined;

/** A place where there is no store yet, and what takes it away. @throws Error with the reason where the engine is not here */
export async function newPlace(engine: Engine): Promise<Place> {
  const masterKey = engine.endsWith('encrypted') ? Buffer.alloc(32, 7) : undefined;
  if (isOfPostgres(engine)) return { place: await (await postgres()).database(), masterKey, remove: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'cairn-store-'));
  return {
    place: folder,
    masterKey,
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}

/** One server for all the tests of a run; it ends with them. */
export function postgres(): Promise<ThrowAwayPostgres> {
  return (server ??= startPostgres());
}

/** `describeEngines('the store', (engine) => { … })` */
export function describeEngines(
  title: string,
  tests: (this: Mocha.Suite, engine: Engine) => void,
  among: readonly Engine[] = engines,
): void {
  for (const engine of among) {
    describe(`${title} (${engine})`, function () {
      this.timeout(60_000);
      before(async function () {
        if (!isOfPostgres(engine)) return;
        try {
          await postgres();
        } catch (error) {
          console.warn(`    skipped: ${(error as Error).message}`);
          this.skip();
        }
      });
      tests.call(this, engine);
    });
  }
}
