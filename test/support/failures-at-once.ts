/** For runs of hours: a failure is told when it happens, and is not lost where the run does not come to its end. */
import type { Reporter, TestCase } from 'vitest/node';

export default class FailuresAtOnce implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const { state, errors = [] } = test.result();
    if (state !== 'failed') return;
    for (const { message, stack = '' } of errors) {
      process.stderr.write(`${new Date().toISOString()} ${test.fullName} failed: ${message}\n${stack}\n`);
    }
  }
}
