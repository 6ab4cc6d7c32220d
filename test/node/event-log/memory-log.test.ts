import { describe } from 'vitest';
import { createMemoryStore, openMemoryLog } from '../../../src-main/node/event-log/memory-log.ts';
import { describesAnEventLog } from './conformance.ts';

describe('the event log in memory', () => {
  describesAnEventLog(() => {
    const store = createMemoryStore();
    return Promise.resolve({
      open: (log) => Promise.resolve(openMemoryLog({ store, log, now: () => new Date() })),
      breakStorage() {
        store.trouble = 'disk-full';
        return Promise.resolve(() => {
          store.trouble = null;
          return Promise.resolve();
        });
      },
    });
  });
});
