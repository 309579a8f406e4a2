import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const script = fileURLToPath(new URL('../../scripts/growth.ts', import.meta.url));

/** Those that grew with the square of their number; `npm run growth` takes all of them, and larger. */
const SHAPES = [
  'problems, each on its own',
  'references to rows below many headings',
  'problems of one concern',
  'results of one report',
  'vital signs of one organizer',
  'reactions of one allergy',
  'members of one care team',
];

describe('the work of a conversion', function () {
  this.timeout(300_000);

  it('grows with the size of hostile documents, and not with its square', () => {
    // Counts need a process of their own (work.ts).
    const { status, stdout } = spawnSync(process.execPath, ['--import=tsx', script, ...SHAPES, '300'], {
      encoding: 'utf8',
    });
    expect(stdout).to.match(/^worst: /m);
    for (const shape of SHAPES) expect(stdout).to.contain(shape);
    expect(status, stdout).to.equal(0);
  });
});
