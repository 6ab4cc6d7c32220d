import { expect, it } from 'vitest';
import type { InboxEvent } from '../../../../src-main/common/contract.ts';
import type { Task } from '../../../../src-main/common/model.ts';
import type { TaskView } from '../../../../src-main/common/task-view.ts';
import { createToldTasks } from '../../../../src-main/node/inbox/telling/told-tasks.ts';

it('shows a task to pages when somebody looks, as it is by then, and one that breaks keeps back no other', () => {
  const tasks = new Map(['a', 'b', 'c'].map((key) => [key, { key, prompt: 'before' } as Task]));
  const shown: string[] = [];
  const trouble: string[] = [];
  const published: InboxEvent[] = [];
  const told = createToldTasks(
    {
      get: (key) => tasks.get(key),
      head: (key) => tasks.get(key),
      counts: () => ({ inbox: tasks.size }) as never,
    },
    (task) => {
      shown.push(task.key);
      if (task.key === 'b') throw new Error('broken');
      return task as TaskView;
    },
    (event) => published.push(event),
    (key) => void trouble.push(key),
  );
  for (const key of ['a', 'b', 'c', 'gone']) told.changed(key);
  told.flush();
  expect(published.map(({ name }) => name)).toEqual(['tasks:changed', 'tasks:removed']);
  expect(shown).toEqual([]);
  tasks.set('a', { key: 'a', prompt: 'after' } as Task);
  tasks.delete('c');
  const [first] = published;
  const whole = { tasks: [{ key: 'a', prompt: 'after' }], counts: { inbox: 2 } };
  expect(JSON.parse(JSON.stringify(first?.data))).toEqual(whole);
  expect(trouble).toEqual(['b']);
  // Made once, however many look.
  expect(first?.data).toMatchObject(whole);
  expect(shown).toEqual(['a', 'b']);
});
