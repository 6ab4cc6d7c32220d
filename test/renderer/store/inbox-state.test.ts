import { describe, expect, it } from 'vitest';
import type { TunnelStatus } from '../../../src-main/common/status.ts';
import type { Counts } from '../../../src-main/common/task-query.ts';
import type { Call } from '../../../src-renderer/client/renderer-client.ts';
import { createInboxState } from '../../../src-renderer/store/inbox-state.ts';

const tunnelIn = (state: TunnelStatus['state']): TunnelStatus => ({
  kind: 'ngrok',
  state,
  publicUrl: 'https://inbox.example.test',
  callbackUrl: 'https://inbox.example.test/c/token',
  provenAt: null,
  message: null,
});
const countsOf = (library: number): Counts => ({
  inbox: 0,
  library,
  starred: 0,
  waiting: 0,
  failed: 0,
  trash: 0,
  providers: [],
});

/** Questions wait until the test answers them, so that answers and events can overtake each other. */
function createCore() {
  const open: { name: string; answer: (value: unknown) => void; refuse: (error: unknown) => void }[] = [];
  const call = ((name: string) =>
    new Promise((resolve, reject) => {
      open.push({ name, answer: resolve, refuse: reject });
    })) as unknown as Call;
  const take = (name: string) => {
    const at = open.findIndex((question) => question.name === name);
    const [question] = open.splice(at, 1);
    if (at < 0 || question === undefined) throw new Error(`nobody asked for ${name}`);
    return question;
  };
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
  return {
    call,
    asked: () => open.map(({ name }) => name),
    async answer(name: string, value: unknown) {
      take(name).answer(value);
      await settle();
    },
    async refuse(name: string, error: unknown) {
      take(name).refuse(error);
      await settle();
    },
  };
}

describe('what the shell shows', () => {
  it('knows that settings or keys are not in use, until they are', async () => {
    const core = createCore();
    const state = createInboxState(core.call, (error) => expect.unreachable(String(error)));
    state.load();
    await core.answer('settings:get', { downloadsPaused: false, problem: 'Enter the keys again.' });
    expect(state.get().problem).toEqual({ message: 'Enter the keys again.' });
    state.receive({ name: 'settings:changed', data: { downloadsPaused: false, problem: null } as never });
    expect(state.get().problem).toEqual({ message: null });
  });

  it('knows that the inbox was updated while the page was open, and not by a mere restart', async () => {
    const core = createCore();
    const state = createInboxState(core.call, (error) => expect.unreachable(String(error)));
    for (const [version, isOutdated] of [
      ['1.0.0', false],
      ['1.0.0', false],
      ['1.1.0', true],
      ['1.1.0', true],
    ] as const) {
      state.receive({ name: 'resync', data: {} });
      await core.answer('app:info', { version, command: null });
      expect(state.get().isOutdated).toBe(isOutdated);
    }
  });

  it('knows whether what arrives can be kept: from the first answer, and from each event', async () => {
    const core = createCore();
    const state = createInboxState(core.call, (error) => expect.unreachable(String(error)));
    state.load();
    const well = { state: 'ok', code: null, params: {}, message: null } as const;
    await core.answer('app:status', { tunnel: tunnelIn('online'), storage: well });
    expect(state.get().storage).toEqual(well);
    const full = {
      state: 'full',
      code: 'disk-full',
      params: { folder: '/data' },
      message: 'The disk is full.',
    } as const;
    state.receive({ name: 'storage:changed', data: full });
    expect(state.get().storage).toEqual(full);
  });

  it('knows how it stands with a log that several machines share, from the first answer and from each event', async () => {
    const core = createCore();
    const state = createInboxState(core.call, (error) => expect.unreachable(String(error)));
    state.load();
    expect(state.get().shared).toBeNull();
    await core.answer('app:status', { tunnel: tunnelIn('online'), shared: { state: 'ok', message: null } });
    expect(state.get().shared).toBe('ok');
    state.receive({ name: 'shared:changed', data: { state: 'away', isTold: true } });
    expect(state.get().shared).toBe('away');
    // No machine fetches, say.
    state.receive({ name: 'shared:changed', data: { state: 'ok', isTold: true } });
    expect(state.get().shared).toBe('gap');
    state.receive({ name: 'shared:changed', data: { state: 'ok', isTold: false } });
    expect(state.get().shared).toBe('ok');
    state.load();
    const message = 'No machine with the role "download" runs just now.';
    await core.answer('app:status', { tunnel: tunnelIn('online'), shared: { state: 'ok', message } });
    expect(state.get().shared).toBe('gap');
  });

  it('knows how the shelf of videos is, and of none where they are on the disk', async () => {
    const core = createCore();
    const state = createInboxState(core.call, (error) => expect.unreachable(String(error)));
    state.load();
    const away = { state: 'away', since: '2026-11-27T04:00:00.000Z', message: 'The S3 server is away.' } as const;
    await core.answer('app:status', { tunnel: tunnelIn('online'), shelf: away });
    expect(state.get().shelf).toEqual(away);
    const well = { state: 'ok', since: null, message: null } as const;
    state.receive({ name: 'shelf:changed', data: well });
    expect(state.get().shelf).toEqual(well);
    state.load();
    await core.answer('app:status', { tunnel: tunnelIn('online') });
    expect(state.get().shelf).toBeNull();
  });

  it('asks for everything where events were missed, and for nothing where only many tasks changed', () => {
    const core = createCore();
    const state = createInboxState(core.call, (error) => expect.unreachable(String(error)));
    state.receive({ name: 'resync', data: { counts: countsOf(3) } });
    expect(state.get().counts?.library).toBe(3);
    expect(core.asked()).toEqual([]);
    state.receive({ name: 'resync', data: {} });
    expect(core.asked()).toContain('app:info');
  });

  it('is not put back by an answer that an event has overtaken', async () => {
    const core = createCore();
    const state = createInboxState(core.call, (error) => expect.unreachable(String(error)));
    state.load();
    state.receive({ name: 'tunnel:changed', data: tunnelIn('online') });
    state.receive({ name: 'tasks:removed', data: { keys: [], counts: countsOf(2) } });
    await core.answer('app:status', { tunnel: tunnelIn('connecting') });
    await core.answer('callback:url', { url: 'http://127.0.0.1/c/token', isPublic: false });
    await core.answer('callback:url', { url: 'https://inbox.example.test/c/token', isPublic: true });
    await core.answer('tasks:counts', countsOf(1));
    expect(state.get().tunnel?.state).toBe('online');
    expect(state.get().callback?.isPublic).toBe(true);
    expect(state.get().counts?.library).toBe(2);
  });

  it('takes the answer to the last question, whichever comes last', async () => {
    const core = createCore();
    const state = createInboxState(core.call, (error) => expect.unreachable(String(error)));
    state.load();
    state.load();
    await core.answer('tasks:counts', countsOf(1));
    expect(state.get().counts).toBeNull();
    await core.answer('tasks:counts', countsOf(2));
    expect(state.get().counts?.library).toBe(2);
  });

  it('shows the light and the URL together, and one of them where the other cannot be had', async () => {
    const core = createCore();
    const reported: unknown[] = [];
    const state = createInboxState(core.call, (error) => reported.push(error));
    state.load();
    await core.answer('app:status', { tunnel: tunnelIn('online') });
    expect(state.get().tunnel).toBeNull();
    await core.refuse('callback:url', new Error('no'));
    expect(state.get().tunnel?.state).toBe('online');
    expect(state.get().callback).toBeNull();
    expect(reported).toHaveLength(1);
  });
});
