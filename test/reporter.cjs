const { reporters, Runner } = require('mocha');

/** Dots, then what failed, then the totals alone on the last line, in words that a program can read. */
module.exports = class Totals extends reporters.Dot {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      console.log(`${passes} passed, ${failures} failed${pending === 0 ? '' : `, ${pending} skipped`}`);
    });
  }
};
