/** The order of test files: those that take longest come first, so that no processor waits for a late one. */
import type { TestSequencer, TestSpecification } from 'vitest/node';

/** Those above some ten seconds, longest first; to be looked at again when the suite grows. */
const slowest = [
  'e2e/browser',
  'e2e/desktop',
  'e2e/cli',
  'e2e/onboarding',
  'e2e/submit-page',
  'e2e/closed-loop',
  'e2e/twin',
  'soak/kills',
  'e2e/loop-page',
  'e2e/main-job',
  'e2e/shared-work',
  'e2e/tunnel',
  'e2e/sync',
  'common/providers/reader-properties',
  'electron/start-and-quit',
  'node/instance-lock',
  'e2e/shared-log',
  'e2e/npm-package',
  'node/inbox/closed-loop',
  'node/tunnel/ngrok-tunnel',
  'e2e/callback-table',
  'e2e/nodes-page',
  'e2e/shared-faults',
  'node/tunnel/normal-times',
  'e2e/tunnel-entry',
  'e2e/order-twice',
  'node/shared-log/followers',
  'e2e/secret-command',
  'e2e/shared-standby',
  'electron/package',
  'e2e/settings-command',
  'e2e/network-split',
  'e2e/requests',
  'electron/tunnel',
  'e2e/local-api',
  'node/reactors/asking',
  'e2e/terminal-languages',
  'node/shared-log/postgres-log',
  'electron/desktop-services',
  'common/providers/reader-hostile',
  'e2e/trash',
  'e2e/field-callbacks',
  'e2e/rescue-page',
  'electron/window',
  'e2e/other-browsers',
  'e2e/durability',
  'e2e/downloads',
  'soak/soak',
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
