import type { TestContext } from 'vitest';

/**
 * Ends the running test as skipped and says on standard error why: off a terminal vitest prints no reason, and a test
 * that silently shows nothing looks like one that passed.
 * @param why completes the sentence, without a full stop, e.g. `only root can mount a file system`.
 */
export function skipHere(context: TestContext, why: string): never {
  process.stderr.write(`Skipped "${context.task.name}": ${why}.\n`);
  return context.skip(why);
}
