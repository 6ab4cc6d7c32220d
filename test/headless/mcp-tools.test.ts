import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { LocalClient } from '../../src-main/headless/local-client.ts';
import { createMcpTools } from '../../src-main/headless/mcp/mcp-tools.ts';

/** An inbox that knows no task. */
function emptyInbox(): { readonly inbox: LocalClient; readonly asked: () => number } {
  let asked = 0;
  const call = (): Promise<null> => {
    asked += 1;
    return Promise.resolve(null);
  };
  return { inbox: { call } as unknown as LocalClient, asked: () => asked };
}

const wait = createMcpTools().find(({ name }) => name === 'wait');

describe('a task that an agent waits for', () => {
  test('is waited for so long, also where the clock is set back by a day meanwhile', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const { inbox } = emptyInbox();
    const waited = wait?.run({ task_id: 'a', timeout_seconds: 0.3 }, inbox, new AbortController().signal);
    vi.setSystemTime(Date.now() - 86_400_000);
    expect(await waited).toMatchObject({ outcome: 'timeout' });
  }, 20_000);

  test('is asked for no more once nobody waits for it', async () => {
    const { inbox, asked } = emptyInbox();
    const stop = new AbortController();
    const waited = wait?.run({ task_id: 'a' }, inbox, stop.signal);
    await expect.poll(asked).toBeGreaterThan(0);
    stop.abort();
    expect(await waited).toMatchObject({ outcome: 'timeout' });
  });
});

test('an argument that there is not is refused, in place of ordering something else, or the same twice', async () => {
  const { inbox, asked } = emptyInbox();
  const use = async (name: string, input: unknown): Promise<string> => {
    const tool = createMcpTools().find((each) => each.name === name);
    const run = async (): Promise<unknown> => tool?.run(input, inbox, new AbortController().signal);
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
