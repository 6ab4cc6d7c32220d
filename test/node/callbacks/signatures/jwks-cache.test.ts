import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { withoutProxy } from '../../../../src-main/node/outgoing/outgoing.ts';
import { fetchJwksFrom } from '../../../../src-main/node/callbacks/signatures/fetch-jwks.ts';
import { createJwksCache } from '../../../../src-main/node/callbacks/signatures/jwks-cache.ts';

const hourMs = 3_600_000;

function setUp(answers: readonly unknown[]) {
  let time = 1_795_000_000_000;
  let calls = 0;
  const fetchJwks = createJwksCache({
    now: () => new Date(time),
    fetchJson: () => {
      const answer = answers[Math.min(calls++, answers.length - 1)];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  });
  return {
    fetchJwks,
    calls: () => calls,
    pass: (ms: number) => {
      time += ms;
    },
  };
}

const get = { afterMiss: false, waitMs: 2000 };
const miss = { afterMiss: true, waitMs: 2000 };

describe('the key cache', () => {
  test('asks once and answers from memory', async () => {
    const { fetchJwks, calls, pass } = setUp(['first', 'second']);
    expect(await Promise.all([fetchJwks(get), fetchJwks(get), fetchJwks(miss)])).toEqual(['first', 'first', 'first']);
    pass(11 * hourMs);
    expect(await fetchJwks(get)).toBe('first');
    expect(calls()).toBe(1);
  });

  test('asks anew in the background after half a day', async () => {
    const { fetchJwks, calls, pass } = setUp(['first', 'second']);
    await fetchJwks(get);
    pass(13 * hourMs);
    expect(await fetchJwks(get)).toBe('first');
    await new Promise(setImmediate);
    expect(await fetchJwks(get)).toBe('second');
    expect(calls()).toBe(2);
  });

  test('keys older than a day are not used', async () => {
    const { fetchJwks, pass } = setUp(['first', new Error('down')]);
    await fetchJwks(get);
    pass(24 * hourMs);
    expect(await fetchJwks(get)).toBeNull();
  });

  test('behind a clock that was set back by a day keys are asked for at once, and not a day later', async () => {
    const { fetchJwks, calls, pass } = setUp(['first', 'second', new Error('down'), 'third']);
    await fetchJwks(get);
    pass(-24 * hourMs);
    expect(await fetchJwks(miss)).toBe('second');
    pass(61_000);
    expect(await fetchJwks(miss)).toBeNull();
    pass(-24 * hourMs);
    expect(await fetchJwks(miss)).toBe('third');
    expect(calls()).toBe(4);
  });

  test('a miss asks again, but not every time; in between nobody can tell', async () => {
    const { fetchJwks, calls, pass } = setUp(['first', 'second', 'third']);
    await fetchJwks(get);
    expect(await fetchJwks(miss)).toBe('first');
    pass(30_000);
    expect(await fetchJwks(miss)).toBeNull();
    expect(await fetchJwks(get)).toBe('first');
    expect(calls()).toBe(1);
    pass(31_000);
    expect(await fetchJwks(miss)).toBe('second');
    expect(await fetchJwks(miss)).toBe('second');
    expect(calls()).toBe(2);
  });

  test('a miss whose look fails is no answer, and the known keys go on', async () => {
    const { fetchJwks, pass } = setUp(['first', new Error('down')]);
    await fetchJwks(get);
    pass(hourMs);
    expect(await fetchJwks(miss)).toBeNull();
    expect(await fetchJwks(get)).toBe('first');
  });

  test('after a failure it pauses, then tries again', async () => {
    const { fetchJwks, calls, pass } = setUp([new Error('down'), 'second']);
    expect(await fetchJwks(get)).toBeNull();
    expect(await fetchJwks(get)).toBeNull();
    expect(calls()).toBe(1);
    pass(16_000);
    expect(await fetchJwks(get)).toBe('second');
  });

  test('a slow answer is not waited for, and is there for the next one', async () => {
    let answer: (jwks: unknown) => void = () => undefined;
    const slow = new Promise<unknown>((resolve) => {
      answer = resolve;
    });
    const fetchJwks = createJwksCache({ now: () => new Date(), fetchJson: () => slow });
    expect(await fetchJwks({ ...get, waitMs: 20 })).toBeNull();
    answer('late');
    await new Promise(setImmediate);
    expect(await fetchJwks(get)).toBe('late');
  });

  test('one that never answers is given up', async () => {
    let calls = 0;
    let time = 0;
    const fetchJwks = createJwksCache({
      now: () => new Date(time),
      fetchJson: () => {
        calls++;
        return new Promise(() => undefined);
      },
      timeoutMs: 30,
    });
    expect(await fetchJwks({ ...get, waitMs: 10 })).toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 60));
    time = 60_000;
    expect(await fetchJwks({ ...get, waitMs: 10 })).toBeNull();
    expect(calls).toBe(2);
  });
});

describe('fetching keys', () => {
  const closers: (() => void)[] = [];
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  }
  const signal = (): AbortSignal => AbortSignal.timeout(5000);

  test('reads a key set', async () => {
    const url = await serve((_, response) => response.end('{"keys":[]}'));
    expect(await fetchJwksFrom(url, withoutProxy.fetch, signal())).toEqual({ keys: [] });
  });

  test.each<[string, RequestListener]>([
    ['an error', (_, response) => response.writeHead(500).end('{}')],
    ['a redirect', (_, response) => response.writeHead(302, { location: '/elsewhere' }).end()],
    ['a page', (_, response) => response.end('<html>')],
    ['too much', (_, response) => response.end(`{"keys":"${'x'.repeat(100_000)}"}`)],
  ])('refuses %s', async (_, listener) => {
    await expect(fetchJwksFrom(await serve(listener), withoutProxy.fetch, signal())).rejects.toThrow();
  });

  test('stops at the signal', async () => {
    const url = await serve(() => undefined);
    await expect(fetchJwksFrom(url, withoutProxy.fetch, AbortSignal.timeout(50))).rejects.toThrow();
  });
});
