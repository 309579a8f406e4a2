import { expect } from 'chai';
import type { CrashMoment } from '../../src/store/steps.js';
import { seeded } from '../seeded.js';
import { describeEngines } from '../store/engines.js';
import { drill, type Kill, type Report } from './drill.js';

const steps: readonly CrashMoment[] = [
  'after-insert',
  'before-commit',
  'after-commit',
  'after-claim',
  'after-unwrap',
  'after-convert',
  'before-send',
  'after-send',
  'after-ledger',
];

/** `DRILL_KILLS=30 DRILL_SEED=7 npx mocha test/drill/drill.test.ts` for a longer one (`npm run drill`). */
const count = Number(process.env.DRILL_KILLS ?? 2);
const seed = Number(process.env.DRILL_SEED ?? 1);

/** The long one goes through all steps on both engines; the short one through some of them on PostgreSQL, where leases take their time. */
const isLong = process.env.DRILL_KILLS !== undefined;

describeEngines(
  'a service that is killed again and again',
  function (engine) {
    this.timeout(900_000);

    const kills = (at: readonly CrashMoment[]): Kill[] => {
      const random = seeded(seed);
      return [
        ...at.map((name) => ({ at: name })),
        ...Array.from({ length: count }, () => ({ afterMilliseconds: 50 + Math.floor(random() * 1500) })),
      ];
    };

    const judge = ({ starts, ...report }: Report): void => {
      if (isLong)
        console.log(report, `start: median ${[...starts].sort((a, b) => a - b)[starts.length >> 1]!.toFixed(0)} ms`);
      expect(report.acknowledged).to.be.greaterThan(report.kills);
      expect(report).to.deep.include({ lost: 0, repeated: 0, undelivered: 0, wrong: 0, faults: [] });
    };

    it('loses nothing that it has accepted, converts it once, and delivers it', async () => {
      judge(
        await drill({
          kills: kills(isLong || engine === 'SQLite' ? steps : ['after-convert', 'after-send']),
          seed,
          engine,
        }),
      );
    });

    it('loses nothing if another node goes on with its tasks', async function () {
      if (engine === 'SQLite') this.skip();
      judge(await drill({ kills: kills(['after-claim', 'after-send']), seed, engine, hasMate: true }));
    });
  },
  ['SQLite', 'PostgreSQL'],
);
