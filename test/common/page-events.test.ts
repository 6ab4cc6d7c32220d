import { expect, it } from 'vitest';
import { packedEvent, packEvent, unpackEvent } from '../../src-main/common/page-events.ts';
import { packRow, unpackRow } from '../../src-main/common/task-row.ts';
import { sampleTask } from '../renderer/support/sample-task.ts';

const counts = { inbox: 0, library: 0, starred: 0, waiting: 0, failed: 0, trash: 0, providers: [] };

it('a page is told rows of tasks, and what happened to each last', () => {
  const task = sampleTask('a', 0, {
    prompt: 'A harbour in the rain. '.repeat(40),
    history: Array.from({ length: 20 }, () => ({ at: '2026-11-21T12:01:00.000Z', kind: 'saved' as const, video: 1 })),
  });
  const whole = { name: 'tasks:changed', data: { tasks: [task], counts } } as const;
  const packed = packEvent(whole);
  expect(packed.name).toBe(packedEvent);
  expect(JSON.stringify(packed).length).toBeLessThan(JSON.stringify(whole).length / 3);
  const row = { ...unpackRow(packRow(task)), last: { kind: 'saved', at: '2026-11-21T12:01:00.000Z' } };
  expect(unpackEvent(packed)).toEqual({ name: 'tasks:changed', data: { tasks: [row], counts } });
});

it('all other events are passed on as they are', () => {
  const event = { name: 'tasks:removed', data: { keys: ['a'], counts } } as const;
  expect(packEvent(event)).toBe(event);
  expect(unpackEvent(event)).toBe(event);
});
