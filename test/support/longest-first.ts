/** The order of test files: those that take longest come first, so that no processor waits for a late one. */
import type { TestSequencer, TestSpecification } from 'vitest/node';

/** Those above some ten seconds, longest first; to be looked at again when the suite grows. */
const slowest = [
  'e2e/desktop',
  'e2e/browser',
  'e2e/cli',
  'e2e/onboarding',
  'e2e/submit-page',
  'e2e/closed-loop',
  'e2e/sync',
  'e2e/tunnel',
  'e2e/main-job',
  'electron/start-and-quit',
  'e2e/tunnel-entry',
  'e2e/twin',
  'node/tunnel/normal-times',
  'node/tunnel/ngrok-tunnel',
  'common/providers/reader-properties',
  'electron/package',
  'e2e/requests',
  'node/reactors/asking',
  'node/instance-lock',
  'e2e/secret-command',
  'electron/tunnel',
  'e2e/npm-package',
  'e2e/trash',
  'electron/desktop-services',
  'node/inbox/closed-loop',
  'e2e/session-notices',
  'node/callbacks/callback-app',
];

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
