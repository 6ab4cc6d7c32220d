/**
 * The order of test files: those that take longest come first, so that no processor waits for a late one; and those of a
 * project follow each other, because a process is kept only for a next file of its own project.
 */
import type { TestSequencer, TestSpecification } from 'vitest/node';

/** Those above some ten seconds, longest first; to be looked at again when the suite grows. */
const slowest = [
  'e2e/desktop',
  'e2e/cli',
  'e2e/twin',
  'e2e/browser-screens',
  'e2e/browser-library',
  'e2e/browser',
  'soak/kills',
  'e2e/shelf-and-disk',
  'e2e/submit-page',
  'e2e/onboarding',
  'e2e/closed-loop',
  'e2e/shared-work',
  'e2e/main-job',
  'e2e/shared-log',
  'e2e/tunnel',
  'e2e/sync',
  'e2e/loop-page',
  'node/instance-lock',
  'electron/start-and-quit',
  'common/providers/reader-properties',
  'node/inbox/closed-loop',
  'node/tunnel/ngrok-tunnel',
  'e2e/callback-table',
  'node/tunnel/normal-times',
  'node/shared-log/followers',
  'e2e/nodes-page',
  'e2e/shared-standby',
  'electron/package',
  'e2e/npm-package',
  'e2e/tunnel-entry',
  'e2e/local-api',
  'e2e/network-split',
  'e2e/store-command',
  'e2e/order-twice',
  'node/shared-log/postgres-log',
  'e2e/shared-faults',
  'e2e/terminal-languages',
  'e2e/requests',
  'node/video-store/s3/swift',
  'e2e/secret-command',
  'electron/tunnel',
  'e2e/folder-gone',
  'e2e/field-callbacks',
  'common/providers/reader-hostile',
  'e2e/rescue-page',
  'e2e/capability-urls',
  'e2e/durability',
  'e2e/other-browsers',
  'e2e/downloads',
  'soak/soak',
];

const rank = ({ moduleId }: TestSpecification): number => {
  const place = slowest.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return place < 0 ? slowest.length : place;
};
const group = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;
/** 1 where processes are kept: what only computes fills the time in which the last of the others wait. */
const keeps = ({ project }: TestSpecification): number => Number(!project.config.isolate);

export class LongestFirst implements TestSequencer {
  sort(files: TestSpecification[]): TestSpecification[] {
    return files.toSorted(
      (a, b) =>
        group(a) - group(b) || keeps(a) - keeps(b) || rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId, 'en'),
    );
  }

  shard(files: TestSpecification[]): TestSpecification[] {
    return files;
  }
}
