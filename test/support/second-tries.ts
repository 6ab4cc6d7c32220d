/** A reporter that names at the end what passed only at a second try: those are to be mended, not to be got used to. */
import type { Reporter, TestModule } from 'vitest/node';

export default class SecondTries implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((each) => [...each.children.allTests()]);
    const again = tests.filter((test) => (test.diagnostic()?.retryCount ?? 0) > 0 && test.result().state === 'passed');
    for (const test of again) {
      process.stdout.write(`\n${test.module.relativeModuleId} > ${test.fullName}\n`);
      for (const { message, diff } of test.result().errors ?? []) process.stdout.write(indented(diff ?? message));
    }
    const names = again.map(({ name }) => `"${name}"`).join(', ');
    process.stdout.write(
      `\n${String(again.length)} ${again.length === 1 ? 'test' : 'tests'} needed a second try${again.length > 0 ? `: ${names}` : ''}\n`,
    );
  }
}

const indented = (text: string): string =>
  text
    .split('\n', 20)
    .map((line) => `  ${line}\n`)
    .join('');
