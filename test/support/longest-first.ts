/** The order of test files: those that take longest come first, so that no processor waits for a late one. */
import type { TestSequencer, TestSpecification } from 'vitest/node';

/** Those above some ten seconds, longest first; to be looked at again when the suite grows. */
const slowest = ['e2e/browser', 'e2e/desktop'];

const rank = ({ moduleId }: TestSpecification): number => {
  const place = slowest.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return place < 0 ? slowest.length : place;
};
const group = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;

export class LongestFirst implements TestSequencer {
  sort(files: TestSpecification[]): TestSpecification[] {
    return files.toSorted(
      (a, b) => group(a) - group(b) || rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId, 'en'),
    );
  }

  shard(files: TestSpecification[]): TestSpecification[] {
    return files;
  }
}
