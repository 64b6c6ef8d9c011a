const { relative } = require('node:path');
const { writeSync } = require('node:fs');

const namedAtMost = 50;

/** The last lines of a run: what failed by name, then how many passed, failed and were skipped. */
module.exports = class CountReporter {
  constructor({ rootDir }) {
    this.rootDir = rootDir;
  }

  onRunComplete(_contexts, results) {
    const names = failuresOf(results.testResults, this.rootDir);
    // A file that could not run counts as a failure.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const lines = names.slice(0, namedAtMost).map((name) => `failed: ${name}\n`);
    if (names.length > namedAtMost) lines.push(`failed: ${names.length - namedAtMost} more\n`);
    lines.push(`${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped\n`);
    // Behind what the other reporters print.
    process.once('exit', () => writeSync(1, lines.join('')));
  }
};

function failuresOf(suites, rootDir) {
  return suites.flatMap(({ testFilePath, testResults, testExecError }) => {
    const file = relative(rootDir, testFilePath);
    const tests = testResults.filter(({ status }) => status === 'failed');
    const names = tests.map(({ fullName }) => `${file} › ${fullName}`);
    return testExecError
      ? [...names, `${file}: ${firstLine(testExecError.message || testExecError.stack)}`]
      : names;
  });
}

/** Of a failed clean-up jest gives only the stack. */
function firstLine(message) {
  return String(message).trim().split('\n', 1)[0].slice(0, 200);
}
