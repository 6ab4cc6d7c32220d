/**
 * The order of test files: those that take longest come first, so that no processor waits for a late one; and those of a
 * project follow each other, because a process is kept only for a next file of its own project.
 */
import type { TestSequencer, TestSpecification } from 'vitest/node';

/**
 * Those above some thirteen seconds, longest first; to be looked at again when the suite grows. Of the pages' files two run
 * at a time, since films and movements take the more of a processor the longer they wait for it.
 */
const slowest = [
  'e2e/browser-library',
  'e2e/browser-screens',
  'e2e/cli',
  'e2e/shared-log',
  'e2e/browser',
  'e2e/twin',
  'e2e/submit-page',
  'e2e/closed-loop',
  'e2e/desktop',
  'e2e/shared-work',
  'e2e/onboarding',
  'soak/kills',
  'e2e/main-job',
  'e2e/sync',
  'e2e/shelf-and-disk',
  'e2e/callback-table',
  'e2e/loop-page',
  'e2e/other-browsers',
  'electron/package',
  'e2e/durability',
  'e2e/shared-standby',
  'e2e/store-command',
  'electron/start-and-quit',
  'e2e/network-split',
  'e2e/npm-package',
  'e2e/tunnel',
  'node/tunnel/ngrok-tunnel',
  'e2e/nodes-page',
  'e2e/tunnel-entry',
  'node/instance-lock',
  'e2e/shared-faults',
  'e2e/order-twice',
  'node/projections/library',
  'e2e/local-api',
  'node/reactors/asking',
  'e2e/downloads',
  'node/tunnel/normal-times',
  'node/shared-log/followers',
  'common/providers/reader-properties',
  'e2e/terminal-languages',
  'common/providers/reader-hostile',
  'e2e/trash',
  'e2e/requests',
  'node/video-store/s3/swift',
  'e2e/secret-command',
  'node/sync/offline-week',
  'e2e/capability-urls',
  'e2e/odd-places',
  'electron/attached',
  'electron/desktop-services',
  'soak/soak',
  'e2e/order-limits',
  'fuzz/cost',
  'e2e/keyed-restart',
  'node/shared-log/replaced',
  'e2e/folder-gone',
  'node/callbacks/body-forms',
  'e2e/field-callbacks',
  'e2e/terminal-signs',
  'node/callbacks/callback-app',
  'e2e/elsewhere-page',
  'node/shared-log/postgres-log',
  'node/shared-log/outbox',
  'electron/tunnel',
  'electron/closing',
  'node/video-store/s3/s3-store',
];

/** Unit tests last: what only computes fills the time in which the last of the others wait. */
const projects = ['e2e', 'electron', 'unit', 'heavy'];

const turn = ({ project }: TestSpecification): number => projects.indexOf(project.name);
const rank = ({ moduleId }: TestSpecification): number => {
  const place = slowest.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return place < 0 ? slowest.length : place;
};

export class LongestFirst implements TestSequencer {
  sort(files: TestSpecification[]): TestSpecification[] {
    return files.toSorted(
      (a, b) => turn(a) - turn(b) || rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId, 'en'),
    );
  }

  shard(files: TestSpecification[]): TestSpecification[] {
    return files;
  }
}
