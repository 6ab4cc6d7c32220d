import { expect, it } from 'vitest';
import { createClosers } from '../../src-main/node/closers.ts';
import { silentLog } from '../../src-main/node/log/log.ts';

it('closes the last first, waits for each, and goes on behind one that breaks', async () => {
  const told: unknown[] = [];
  const closers = createClosers({
    ...silentLog,
    error: (fields: { readonly part?: unknown }) => void told.push(fields.part),
  });
  const closed: string[] = [];
  for (const name of ['log', 'library', 'listener']) {
    closers.add(name, async () => {
      await Promise.resolve();
      if (name === 'library') throw new Error('the disk is gone');
      closed.push(name);
    });
  }
  await Promise.all([closers.close(), closers.close()]);
  expect(closed).toEqual(['listener', 'log']);
  expect(told).toEqual(['library']);
});
