import { expect, it } from 'vitest';
import { needsRole } from '../../../src-main/node/inbox/shared-work.ts';
import { taskReactors } from '../../../src-main/node/inbox/task-reactors.ts';
import type { StampedEvent } from '../../../src-main/common/events.ts';
import { idleReactorPorts } from '../../support/idle-reactors.ts';

it('a machine that only shows the gallery removes the files of what it was asked to remove, once the log tells of it', () => {
  const left: string[] = [];
  const idle = idleReactorPorts();
  const reactors = taskReactors({
    ...idle,
    removals: { ...idle.removals, left: (key) => Promise.resolve(void left.push(key)) },
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
