import { expect, it } from 'vitest';
import type { TunnelStatus } from '../../../src-main/common/status.ts';
import { createFormat } from '../../../src-renderer/format/format.ts';
import { reach } from '../../../src-renderer/tunnel/reach.ts';

const local: TunnelStatus = {
  kind: 'none',
  state: 'offline',
  publicUrl: null,
  callbackUrl: 'http://127.0.0.1:4747/c/x',
  provenAt: null,
  message: 'why',
};
const reachOf = (status: TunnelStatus) => reach(status, createFormat('en', 'UTC'), 0);

it('a copy is not made reachable here: that is done where callbacks arrive', () => {
  expect(reachOf(local)).toMatchObject({ word: 'Only this computer', remedy: 'steps' });
  expect(reachOf({ ...local, elsewhere: true })).toMatchObject({ word: 'Not reachable', message: 'why', remedy: null });
  const blocked = { ...local, kind: 'ngrok', state: 'blocked' } as const;
  expect(reachOf(blocked).remedy).toBe('steps');
  expect(reachOf({ ...blocked, elsewhere: true })).toMatchObject({ tone: 'bad', remedy: null });
  // Looking again is asked of the one elsewhere.
  expect(reachOf({ ...blocked, state: 'offline', elsewhere: true }).remedy).toBe('check');
});
