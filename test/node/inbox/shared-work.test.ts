/** Who may do a piece of work where several machines share a log. */
import { expect, it } from 'vitest';
import { sharedRights } from '../../../src-main/node/inbox/shared-work.ts';
import type { Leases } from '../../../src-main/node/shared-log/leases.ts';
import type { SharedLog } from '../../../src-main/node/shared-log/postgres-log.ts';

it('gives a lease back where the shared log cannot be looked at', async () => {
  const held = new Set<string>();
  const leases = {
    take(name: string) {
      held.add(name);
      return Promise.resolve({ name, holder: 'me', fence: 1, lost: new AbortController().signal });
    },
    release(lease: { readonly name: string }) {
      held.delete(lease.name);
      return Promise.resolve();
    },
  } as unknown as Leases; // no more of it is used here
  const shared = { look: () => Promise.reject(new Error('broke')) } as unknown as SharedLog; // nor of this
  const rights = sharedRights({ leases, shared }, () => undefined);
  const job = {
    kind: 'video',
    key: 'kie-luma:1',
    n: 1,
    url: 'https://media.example.test/a.mp4',
    target: 'videos/a',
    expiresAt: null,
    toldAt: '2026-01-01T00:00:00.000Z',
    isVouched: false,
    source: '',
  } as const;
  await expect(rights.take(job)).rejects.toThrow('broke');
  expect([...held]).toEqual([]);
});
