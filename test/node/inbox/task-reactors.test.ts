import { expect, it } from 'vitest';
import { needsRole } from '../../../src-main/node/inbox/shared-work.ts';
import { taskReactors } from '../../../src-main/node/inbox/task-reactors.ts';
import { createLinkLives } from '../../../src-main/node/reactors/link-lives.ts';
import type { StampedEvent } from '../../../src-main/common/events.ts';

const unused = (): undefined => undefined;

it('a machine that only shows the gallery removes the files of what it was asked to remove, once the log tells of it', () => {
  const left: string[] = [];
  const reactors = taskReactors({
    library: { newestFirst: () => [] },
    loop: {
      onChange: unused,
      holds: () => false,
      start: () => Promise.resolve(),
      lives: createLinkLives(),
      client: { hasKey: () => false },
    },
    hooks: { onChange: unused },
    digest: { begin: unused, onChange: unused },
    plan: { consider: unused },
    archive: { consider: unused, dropped: unused },
    now: Date.now,
    expiry: { consider: unused, forget: unused },
    acts: {
      restore: () => Promise.resolve({ keys: [] }),
      left: (key) => Promise.resolve(void left.push(key)),
    },
    sweepFilms: unused,
    changed: unused,
    onTrouble: unused,
  });
  const key = 'kie-luma:a';
  const event: StampedEvent = {
    v: 2,
    seq: 3,
    at: '2026-11-27T02:00:00.000Z',
    type: 'purged',
    keys: [key],
    ifTrashed: true,
  };
  for (const roles of [['gallery'], ['download']] as const) {
    const acting = reactors.filter(({ name }) => needsRole(name, roles));
    for (const { onChange } of acting) onChange({ event, key, task: null });
  }
  expect(left).toEqual([key, key]);
});
