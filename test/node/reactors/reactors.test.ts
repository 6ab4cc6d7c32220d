import { expect, it } from 'vitest';
import type { LibraryChange } from '../../../src-main/node/projections/library.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { takingTurns } from '../../../src-main/node/in-turns.ts';
import { startReactors } from '../../../src-main/node/reactors/reactors.ts';
import { delivery, stamp } from '../../support/deliveries.ts';

it('acts in the order of the list, apart from one that breaks, and knows how far each is', async () => {
  const told: unknown[] = [];
  const log = { ...silentLog, error: (fields: Record<string, unknown>) => void told.push(fields['reactor']) };
  let tell: (change: LibraryChange) => void = () => undefined;
  const acted: string[] = [];
  const reactors = startReactors(
    {
      onChange(listener) {
        tell = listener;
        return () => (tell = () => undefined);
      },
    },
    [
      { name: 'first', onChange: ({ key }) => void acted.push(`first ${key}`) },
      {
        name: 'broken',
        onChange: () => {
          throw new TypeError('a fault of ours');
        },
        catchUp: () => Promise.reject(new Error('and another')),
      },
      {
        name: 'last',
        onChange: ({ key }) => void acted.push(`last ${key}`),
        catchUp: () => void acted.push('caught up'),
      },
    ],
    log,
  );
  const events = stamp([delivery('a'), delivery('b')]);
  for (const event of events) tell({ event, key: `kie-luma:${event.seq === 1 ? 'a' : 'b'}`, task: null });
  await reactors.catchUp(takingTurns);
  expect(acted).toEqual(['first kie-luma:a', 'last kie-luma:a', 'first kie-luma:b', 'last kie-luma:b', 'caught up']);
  expect(told).toEqual(['broken', 'broken', 'broken']);
  reactors.stop();
  const [event] = events;
  if (event !== undefined) tell({ event, key: 'kie-luma:a', task: null });
  expect(acted).toHaveLength(5);
});

it('leaves a task that a person only labelled to those who hear of it, and reads it for nobody else', () => {
  let tell: (change: LibraryChange) => void = () => undefined;
  const acted: string[] = [];
  startReactors(
    { onChange: (listener) => ((tell = listener), () => undefined) },
    [
      { name: 'downloads', onChange: ({ task }) => void acted.push(task === null ? 'downloads' : '') },
      { name: 'pages', hearsLabels: true, onChange: ({ key }) => void acted.push(`pages ${key}`) },
    ],
    silentLog,
  );
  const events = stamp([
    { type: 'tagged', keys: ['kie-luma:a'], add: ['one'], remove: [] },
    { type: 'trashed', keys: ['kie-luma:a'] },
  ]);
  for (const event of events) {
    tell({
      event,
      key: 'kie-luma:a',
      get task() {
        acted.push('read');
        return null;
      },
    });
  }
  expect(acted).toEqual(['pages kie-luma:a', 'read', 'downloads', 'pages kie-luma:a']);
});
