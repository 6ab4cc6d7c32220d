import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { CallName } from '../../src-main/common/contract.ts';
import { InboxError } from '../../src-main/common/errors.ts';
import { argParsers } from '../../src-main/common/parse-calls.ts';
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

test('a wrong call is answered with a sentence that says what to write, and nothing is ordered', async () => {
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
  for (const input of [[], [order], 'rain', 5, null, true]) {
    expect(await use('submit', input), JSON.stringify(input)).toMatch(/one object that names each.*: provider, prompt/);
  }
  expect(await use('submit', {})).toMatch(/The argument "provider" is missing.*Known are: provider/);
  expect(await use('submit', undefined)).toMatch(/"provider" is missing/);
  expect(await use('show', {})).toMatch(/"task_id" is missing/);
  expect(await use('show', { id: 'a' })).toMatch(/no argument "id".*: task_id\./);
  expect(await use('list', { limit: 'ten' })).toMatch(/limit: must be a number, not "ten"\.$/);
  expect(await use('submit', { provider: 'fal', videos: ['a', 5] })).toMatch(/videos\[1\]: must be a text, not 5\.$/);
  expect(await use('search', { text: 'rain' })).toMatch(/no argument "text".*: query, limit\./);
  expect(await use('submit', { ...order, order_id: 'short' })).toMatch(/order_id: is no id: 8 to 100 letters/);
  // Its places would be taken for names of fields, and what is made of that is paid.
  expect(await use('submit', { ...order, params: [{ seed: 7 }] })).toMatch(/params: is a list; name each field/);
  expect(await use('submit', { ...order, budget: 'ten' })).toMatch(/budget: .*number/);
  expect(asked()).toBe(0);
});

test('an agent’s budget keeps an order from being sent that costs more, or nobody knows what', async () => {
  const sent: string[] = [];
  const inboxWhere = (usualCredits: number | null, before: unknown = null): LocalClient =>
    ({
      call: (name: string) => {
        if (name === 'submissions:send') sent.push(name);
        if (name === 'submissions:get') return Promise.resolve(before);
        return Promise.resolve(name === 'submissions:outlook' ? { usualCredits } : { outcome: 'made' });
      },
    }) as unknown as LocalClient;
  const submit = createMcpTools().find(({ name }) => name === 'submit');
  const use = async (inbox: LocalClient, budget: number): Promise<unknown> =>
    submit?.run(
      { provider: 'kie-aleph', prompt: 'rain', order_id: 'agent-0001', budget },
      inbox,
      new AbortController().signal,
      never,
    );
  await expect(use(inboxWhere(160), 159.5)).rejects.toThrow(/costs 160 credits, more than the 159\.5 of budget/);
  await expect(use(inboxWhere(null), 1000)).rejects.toThrow(/not known here.*nothing was ordered.*without budget/);
  expect(sent).toEqual([]);
  await use(inboxWhere(160), 160);
  // What came of an order that was sent is told whatever it costs now.
  await use(inboxWhere(160, { state: 'made' }), 1);
  expect(sent).toHaveLength(2);
  // One that was refused may not have reached the provider, and would be sent now.
  await expect(use(inboxWhere(160, { state: 'refused' }), 1)).rejects.toThrow(/more than the 1 of budget/);
});

test.each([
  ['submit', 'prompt'],
  ['submit', 'model'],
  ['submit', 'project'],
  ['wait', 'task_id'],
  ['show', 'task_id'],
  ['search', 'query'],
])('the longest text that the schema of %s names for %s is taken by the call behind it', async (name, key) => {
  const tool = createMcpTools().find((each) => each.name === name);
  const properties = tool?.inputSchema['properties'] as Readonly<Record<string, { readonly maxLength: number }>>;
  const call = (called: CallName, ...args: readonly unknown[]): Promise<unknown> => {
    argParsers[called](args);
    throw new Error('taken');
  };
  const input = {
    ...(name === 'submit' ? { provider: 'fal' } : {}),
    [key]: 'x'.repeat(properties[key]?.maxLength ?? 0),
  };
  const run = async () => tool?.run(input, { call } as unknown as LocalClient, new AbortController().signal, never);
  await expect(run()).rejects.toThrow('taken');
});
