/** The same tests over both databases: those of PostgreSQL are skipped, aloud, where there is none. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type ThrowAwayPostgres } from '../../scripts/throw-away-postgres.js';

export const engines = ['SQLite', 'PostgreSQL'] as const;

export type Engine = (typeof engines)[number];

let server: Promise<ThrowAwayPostgres> | undefined;

/** A place where there is no store yet, and what takes it away. @throws Error with the reason where the engine is not here */
export async function newPlace(engine: Engine): Promise<{ place: string; remove: () => void }> {
  if (engine === 'PostgreSQL') return { place: await (await postgres()).database(), remove: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'cairn-store-'));
  return {
    place: folder,
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
export function describeEngines(title: string, tests: (this: Mocha.Suite, engine: Engine) => void): void {
  for (const engine of engines) {
    describe(`${title} (${engine})`, function () {
      this.timeout(60_000);
      before(async function () {
        if (engine === 'SQLite') return;
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
