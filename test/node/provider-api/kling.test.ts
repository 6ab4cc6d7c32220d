import { describe, expect, onTestFinished, test } from 'vitest';
import { enProviders } from '../../../src-main/common/texts/en-providers.ts';
import { klingOlderKey } from '../../../src-main/node/provider-api/kling-keys.ts';
import { ApiFault } from '../../../src-main/node/provider-api/provider-api.ts';
import { createProviderClient } from '../../../src-main/node/provider-api/provider-client.ts';
import { createClock } from '../../../src-main/node/clock.ts';
import { openJsonServer } from '../../support/providers/json-server.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { claimsOf, filmOf, openKlingStandIn } from '../../support/providers/kling-stand-in.ts';

type Shape = 'api-key' | 'pair';

async function kling(shape: Shape, options: { most?: number; key?: string } = {}) {
  const standIn = await openKlingStandIn(options.most === undefined ? {} : { most: options.most });
  onTestFinished(() => standIn.close());
  const { access, secret } = standIn.pair;
  const key = options.key ?? (shape === 'pair' ? `${access}:${secret}` : standIn.apiKey);
  const client = createProviderClient({
    key: (name) => (name === 'KLING_API_KEY' ? key : null),
    bases: new Map([['kling', standIn.origin]]),
    clock: createClock(),
    timeoutMs: 10_000,
  });
  const ask = (taskId: string, signal?: AbortSignal) =>
    client.ask({ provider: 'kling', taskId, model: null, askAt: null }, signal);
  /** The state, or the code of the fault. */
  const stateOf = (taskId: string): Promise<string> =>
    ask(taskId).then(
      ({ result }) => result.state,
      (error: unknown) => {
        if (error instanceof ApiFault) return error.code;
        throw error;
      },
    );
  return { standIn, client, ask, stateOf, secret };
}

describe('a pair of access key and secret', () => {
  test('signs a token for each call, and its task is found whatever kind it is of', async () => {
    const { standIn, ask, secret } = await kling('pair');
    standIn.tasks.set('842001842001842001', { kind: 'omni-video', state: 'done' });
    const before = Math.floor(Date.now() / 1000);
    const { result } = await ask('842001842001842001');
    expect(result).toMatchObject({ state: 'succeeded', videoUrls: [filmOf('842001842001842001')] });

    const claims = standIn.calls.map(({ headers }) => claimsOf(headers.authorization ?? '', secret));
    expect(claims.length).toBeGreaterThan(0);
    for (const claim of claims) {
      expect(claim?.iss).toBe(standIn.pair.access);
      expect(claim?.nbf).toBeLessThan(before);
      expect(claim?.exp).toBeGreaterThan(before);
      expect((claim?.exp ?? 0) - (claim?.nbf ?? 0)).toBeLessThanOrEqual(1860);
    }
    expect(JSON.stringify(standIn.calls.map(({ headers }) => headers))).not.toContain(secret);
  });

  test('asks where it found a task before, and there first for others', async () => {
    const { standIn, stateOf } = await kling('pair');
    standIn.tasks.set('one', { kind: 'lip-sync', state: 'processing' });
    standIn.tasks.set('two', { kind: 'lip-sync', state: 'failed' });
    expect(await stateOf('one')).toBe('processing');
    const searched = standIn.calls.length;
    expect(await stateOf('one')).toBe('processing');
    expect(await stateOf('two')).toBe('failed');
    expect(standIn.calls.slice(searched).map(({ path }) => path)).toEqual([
      '/v1/videos/lip-sync/one',
      '/v1/videos/lip-sync/two',
    ]);
  });

  test('is told that nobody knows the task only after every kind was asked once', async () => {
    const { standIn, stateOf } = await kling('pair');
    expect(await stateOf('nowhere')).toBe('not-found');
    const paths = standIn.calls.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths).toHaveLength(klingOlderKey.asks.length);
  });

  test('may lack one kind without being a wrong key, and a limit ends the search', async () => {
    const { standIn, stateOf } = await kling('pair');
    standIn.forbidden.add('image2video');
    standIn.tasks.set('t', { kind: 'text2video', state: 'done' });
    expect(await stateOf('t')).toBe('succeeded');
    standIn.replies.push({ status: 429, json: { code: 1302, message: 'slow down' } });
    const before = standIn.calls.length;
    expect(await stateOf('another')).toBe('rate-limited');
    expect(standIn.calls.length).toBe(before + 1);
  });

  test('that is wrong is refused at once, and the token that the answer repeats is not kept', async () => {
    const { standIn, ask } = await kling('pair', { key: 'AccessKeyOfTheStandIn:not-the-secret' });
    const fault: unknown = await ask('t').catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(ApiFault);
    expect(fault).toMatchObject({ code: 'bad-key', said: 'Authorization is invalid: Bearer ***' });
    expect(standIn.calls).toHaveLength(1);
  });

  test('goes to no other host: a redirect there gets no token', async () => {
    const { standIn, stateOf } = await kling('pair');
    const other = await openJsonServer(() => ({ json: { data: { task_id: 't', task_status: 'processing' } } }));
    onTestFinished(() => other.close());
    standIn.replies.push({ status: 302, json: {}, headers: { location: `${other.origin}/x` } });
    expect(await stateOf('t')).toBe('processing');
    expect(standIn.calls[0]?.headers.authorization).toMatch(/^Bearer /);
    expect(other.calls.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });
});

test.each([
  ['access:secret', true],
  ['access : secret', true],
  ['api-key-of-2026', false],
  ['a:b:c', false],
  [':secret', false],
  ['access:', false],
])('%s is a pair: %s', (stored, isPair) => {
  expect(klingOlderKey.isOne(stored)).toBe(isPair);
});

test.each<[number, number, string]>([
  [429, 1100, 'account'],
  [429, 1101, 'no-credits'],
  [429, 1102, 'no-credits'],
  [400, 1301, 'moderated'],
  [429, 1302, 'rate-limited'],
  [429, 1303, 'too-many-running'],
  [429, 1304, 'blocked-place'],
  [200, 1203, 'not-found'],
  [503, 5001, 'maintenance'],
  [500, 5000, 'server'],
])('HTTP %i with code %i is %s, in words of its own with a next step', async (status, code, fault) => {
  const { standIn, stateOf } = await kling('api-key');
  standIn.replies.push({ status, json: { code, message: 'so it is', request_id: 'r' } });
  expect(await stateOf('t')).toBe(fault);
  if (fault !== 'server') expect(enProviders.fault(fault, null)).not.toBe(enProviders.fault('server', null));
});

describe('an API key', () => {
  test('goes as it is, and many tasks are asked about in few calls, each answered by itself', async () => {
    const { standIn, ask, stateOf } = await kling('api-key');
    const ids = Array.from({ length: 45 }, (_, n) => `8420018420018420${String(n)}`);
    for (const id of ids) standIn.tasks.set(id, { state: 'done' });
    const answers = await Promise.all(ids.map((id) => ask(id)));
    expect(answers.map(({ result }) => result.videoUrls)).toEqual(ids.map((id) => [filmOf(id)]));
    expect(
      standIn
        .asked()
        .map((each) => each.length)
        .sort((a, b) => b - a),
    ).toEqual([20, 20, 5]);
    expect(standIn.asked().flat().sort()).toEqual([...ids].sort());
    // What is kept of an answer is of that task only.
    expect(JSON.stringify(answers[0]?.body)).not.toContain(String(ids[1]));
    expect(await stateOf(String(ids[0]))).toBe('succeeded');
    expect(standIn.calls.every(({ headers }) => headers.authorization === `Bearer ${standIn.apiKey}`)).toBe(true);
  });

  test('two who ask about one task ask once', async () => {
    const { standIn, stateOf } = await kling('api-key');
    standIn.tasks.set('t', { state: 'done' });
    expect(await Promise.all([stateOf('t'), stateOf('t')])).toEqual(['succeeded', 'succeeded']);
    expect(standIn.asked()).toEqual([['t']]);
  });

  test('one that failed, one that is not there and one still made do not touch the others', async () => {
    const { standIn, stateOf } = await kling('api-key');
    standIn.tasks.set('done', { state: 'done' });
    standIn.tasks.set('made', { state: 'processing' });
    standIn.tasks.set('failed', { state: 'failed' });
    const states = await Promise.all(['gone', 'done', 'made', 'failed'].map(stateOf));
    expect(states).toEqual(['not-found', 'succeeded', 'processing', 'failed']);
    expect(standIn.calls).toHaveLength(1);
  });

  test('an id for which the whole call is refused is found in halves, and only it fails', async () => {
    const { standIn, stateOf } = await kling('api-key');
    const ids = Array.from({ length: 16 }, (_, n) => `t${String(n)}`);
    for (const id of ids) standIn.tasks.set(id, { state: 'done' });
    standIn.poison.add('t5');
    const states = await Promise.all(ids.map(stateOf));
    expect(states).toEqual(ids.map((id) => (id === 't5' ? 'invalid' : 'succeeded')));
    expect(standIn.calls).toHaveLength(1 + 2 * Math.log2(16));
  });

  test('a provider that takes fewer ids at once is asked in smaller calls', async () => {
    const { standIn, stateOf } = await kling('api-key', { most: 5 });
    const ids = Array.from({ length: 20 }, (_, n) => `t${String(n)}`);
    for (const id of ids) standIn.tasks.set(id, { state: 'done' });
    expect(new Set(await Promise.all(ids.map(stateOf)))).toEqual(new Set(['succeeded']));
  });

  test.each<[status: number, code: string]>([
    [429, 'rate-limited'],
    [401, 'bad-key'],
    [500, 'server'],
  ])('what is said of the account is said once: %i', async (status, code) => {
    const { standIn, stateOf } = await kling('api-key');
    standIn.replies.push({ status, json: { code: 1, message: 'no' } });
    expect(await Promise.all(['a', 'b', 'c'].map(stateOf))).toEqual([code, code, code]);
    expect(standIn.calls).toHaveLength(1);
  });

  test('an answer without records is no word that the tasks are gone', async () => {
    const { standIn, stateOf } = await kling('api-key');
    standIn.replies.push({ json: { code: 1200, message: 'invalid request' } });
    expect(await Promise.all(['a', 'b'].map(stateOf))).toEqual(['unreadable', 'unreadable']);
  });

  test('whoever stops waiting stops for themselves; the last one stops the call', async () => {
    const { standIn, ask } = await kling('api-key');
    standIn.tasks.set('b', { state: 'done' });
    const early = new AbortController();
    const first = ask('a', early.signal);
    const second = ask('b');
    early.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    expect((await second).result.state).toBe('succeeded');
    expect(standIn.asked()).toEqual([['b']]);

    standIn.replies.push('hang');
    const late = new AbortController();
    const hung = ask('b', late.signal);
    await waitUntil(() => standIn.calls.length === 2, 'the second call');
    late.abort(new Error('closing'));
    await expect(hung).rejects.toThrow('closing');
  });

  test('an id that is no plain word is asked about by itself', async () => {
    const { standIn, stateOf } = await kling('api-key');
    standIn.tasks.set('t', { state: 'done' });
    const [plain] = await Promise.all([stateOf('t'), stateOf('a,b')]);
    expect(plain).toBe('succeeded');
    expect(standIn.asked()).toHaveLength(2);
  });
});
