import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { InboxError } from '../../src-main/common/errors.ts';
import { instanceTexts } from '../../src-main/common/texts/en-instance.ts';
import type { LocalClient } from '../../src-main/headless/local-client.ts';
import { createMcpTools } from '../../src-main/headless/mcp/mcp-tools.ts';

/** An inbox that knows no task. */
function emptyInbox(): { readonly inbox: LocalClient; readonly asked: () => number } {
  let asked = 0;
  const call = (name: string): Promise<unknown> => {
    asked += 1;
    return Promise.resolve(name === 'requests:query' ? { rows: [] } : null);
  };
  return { inbox: { call } as unknown as LocalClient, asked: () => asked };
}

const never = (): Promise<never> => Promise.reject(new Error('it was not to be asked again'));

const wait = createMcpTools().find(({ name }) => name === 'wait');

describe('a task that an agent waits for', () => {
  test('is waited for so long, also where the clock is set back by a day meanwhile', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const { inbox } = emptyInbox();
    const waited = wait?.run({ task_id: 'a', timeout_seconds: 0.3 }, inbox, new AbortController().signal, never);
    vi.setSystemTime(Date.now() - 86_400_000);
    expect(await waited).toMatchObject({ outcome: 'timeout' });
  }, 20_000);

  test('is waited for on, where the inbox is started anew meanwhile', async () => {
    const gone: LocalClient = {
      ...emptyInbox().inbox,
      call: () => Promise.reject(new InboxError('not-running', instanceTexts.notRunning('/data'))),
    };
    const { inbox, asked } = emptyInbox();
    let tries = 0;
    const again = (): Promise<LocalClient> =>
      (tries += 1) < 3 ? Promise.reject(new Error('it is not there yet')) : Promise.resolve(inbox);
    const waited = wait?.run({ task_id: 'a', timeout_seconds: 1.5 }, gone, new AbortController().signal, again);
    expect(await waited).toEqual({
      outcome: 'timeout',
      message: 'Time is up: no callback for "a" has come yet.',
      task: null,
    });
    expect(asked()).toBeGreaterThan(1);
    const short = wait?.run({ task_id: 'a', timeout_seconds: 0.3 }, gone, new AbortController().signal, never);
    await expect(short).rejects.toMatchObject({ code: 'not-running' });
  }, 20_000);

  test('is asked for no more once nobody waits for it', async () => {
    const { inbox, asked } = emptyInbox();
    const stop = new AbortController();
    const waited = wait?.run({ task_id: 'a' }, inbox, stop.signal, never);
    await expect.poll(asked).toBeGreaterThan(0);
    stop.abort();
    expect(await waited).toMatchObject({ outcome: 'timeout' });
  });
});

test('an argument that there is not is refused, in place of ordering something else, or the same twice', async () => {
  const { inbox, asked } = emptyInbox();
  const use = async (name: string, input: unknown): Promise<string> => {
    const tool = createMcpTools().find((each) => each.name === name);
    const run = async (): Promise<unknown> => tool?.run(input, inbox, new AbortController().signal, never);
    return run().then(
      () => 'taken',
      (error: unknown) => String(error),
    );
  };
  const order = { provider: 'kie-aleph', prompt: 'rain' };
  expect(await use('submit', { ...order, orderId: 'agent-0001' })).toMatch(
    /There is no argument "orderId", so nothing was done\. Known are: provider, prompt, .*order_id/,
  );
  expect(await use('list', { query: 'rain' })).toMatch(/no argument "query".*state, limit\./);
  expect(await use('status', { tasks: true })).toMatch(/no argument "tasks".*none\./);
  expect(await use('wait', { task_id: 'a', timeout: 1, timeout_seconds: 0 })).toMatch(/no argument "timeout"/);
  expect(asked()).toBe(0);
});
