const { writeSync } = require('node:fs');

/** The last line of a run: what passed, failed and was skipped. A file that could not run counts as a failure. */
module.exports = class CountReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const line = `${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped\n`;
    // Behind what the other reporters print.
    process.once('exit', () => writeSync(1, line));
  }
};
