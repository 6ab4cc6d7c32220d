/** Bodies as they come over a real socket, and what they cost while they come. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createBodyBudget, type BodyLease } from '../../../../src-main/node/callbacks/body/body-budget.ts';
import { createDeadline } from '../../../../src-main/node/callbacks/body/deadline.ts';
import { readLimited, type LimitedBody } from '../../../../src-main/node/callbacks/body/limited-body.ts';
import { exchangeRaw } from '../../../support/http-request.ts';

const limits = { limitBytes: 4 * 1024 * 1024, filmLimitBytes: 4 * 1024 * 1024, deadline: createDeadline(60_000) };
const head = 'POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n';
const inOnePiece = (body: string): string => `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
const byteByByte = (body: string): string =>
  `${head}Transfer-Encoding: chunked\r\n\r\n${body.replace(/./g, '1\r\n$&\r\n')}0\r\n\r\n`;

const open = new Set<() => void>();
afterEach(() => {
  for (const close of open) close();
  open.clear();
});

/** @param read of each request; resolves to what the first one gave. */
async function serve(read: (incoming: IncomingMessage) => Promise<LimitedBody>) {
  let settle: (body: LimitedBody) => void = () => undefined;
  const first = new Promise<LimitedBody>((resolve) => (settle = resolve));
  const server = createServer((incoming, outgoing) => {
    void read(incoming).then((body) => {
      settle(body);
      outgoing.end();
    });
  }).listen(0, '127.0.0.1');
  open.add(() => void server.close());
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, first };
}

/** What is counted of a body at most, and in the end. */
function counting(lease: BodyLease) {
  const counted = { most: 0, now: 0 };
  const grow = (bytes: number): boolean => {
    counted.now += bytes;
    counted.most = Math.max(counted.most, counted.now);
    return lease.grow(bytes);
  };
  return { counted, lease: { grow, close: () => lease.close() } };
}

describe('a body that comes byte by byte', () => {
  const body = Array.from({ length: 40_000 }, (_, n) => String(n % 10)).join('');

  it('is counted with what its pieces cost, and they are put together so that they cost little', async () => {
    const { counted, lease } = counting(createBodyBudget(1e9).open());
    const { port, first } = await serve((incoming) => readLimited(incoming, { ...limits, lease }));
    await exchangeRaw(port, [byteByByte(body)]);
    expect(await first).toEqual({ kind: 'whole', body: Buffer.from(body) });
    // As many as are held before they are put together, and not one for each byte.
    expect(counted.most).toBeGreaterThan(body.length + 100 * 176);
    expect(counted.most).toBeLessThan(body.length + 300 * 200);
  });

  it('is refused where all together have no room for its pieces', async () => {
    const budget = createBodyBudget(0);
    const { port, first } = await serve((incoming) => readLimited(incoming, { ...limits, lease: budget.open() }));
    // By its bytes alone it would be within what each body has for itself.
    await exchangeRaw(port, [byteByByte(body)]);
    expect(await first).toMatchObject({ kind: 'busy' });
  });

  it('costs as good as nothing more where it comes in one piece', async () => {
    const { counted, lease } = counting(createBodyBudget(1e9).open());
    const { port, first } = await serve((incoming) => readLimited(incoming, { ...limits, lease }));
    await exchangeRaw(port, [inOnePiece(body)]);
    expect(await first).toEqual({ kind: 'whole', body: Buffer.from(body) });
    expect(counted.now).toBeLessThan(body.length + 10 * 200);
  });
});

it('of a sender that left before it was read is broken off at once', async () => {
  const lease = createBodyBudget(0).open();
  let sawRequest: () => void = () => undefined;
  const requested = new Promise<void>((resolve) => (sawRequest = resolve));
  const { port, first } = await serve(async (incoming) => {
    sawRequest();
    await new Promise<void>((resolve) => incoming.once('close', resolve));
    return readLimited(incoming, { ...limits, lease });
  });
  const socket = connect(port, '127.0.0.1');
  socket.write(`${head}Content-Length: 100\r\n\r\n{"id":`);
  await requested;
  socket.destroy();
  expect(await first).toEqual({ kind: 'broken', bytes: 0 });
});

it.each([
  ['a film', { status: 'completed', video: 'data:video/mp4;base64,AAAA' }, 'whole'],
  ['none', { status: 'completed', video: 'https://media.example.test/a.mp4' }, 'too-large'],
])('that is handed on and comes slowly may be larger where it begins with %s', async (_, told, kind) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  open.add(() => vi.useRealTimers());
  const packed = Buffer.from(JSON.stringify({ ...told, log: 'x'.repeat(9000) })).toString('base64');
  const body = JSON.stringify({ statusCode: 200, isBase64Encoded: true, body: packed });
  const sender = Object.assign(new PassThrough(), { headers: { 'content-length': String(body.length) } });
  const lease = createBodyBudget(1e9).open();
  const reading = readLimited(sender as unknown as IncomingMessage, { ...limits, limitBytes: 8000, lease });
  sender.write(body.slice(0, 4000));
  await vi.advanceTimersByTimeAsync(2000);
  sender.end(body.slice(4000));
  expect((await reading).kind).toBe(kind);
});

describe('a body that takes its time', () => {
  const mebibyte = 1024 * 1024;
  const film = `{"id":"t1","output":"data:video/mp4;base64,${'A'.repeat(2 * mebibyte)}"}`;

  function slowly(body: string | Buffer, announced = body.length) {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    open.add(() => vi.useRealTimers());
    const sender = Object.assign(new PassThrough({ highWaterMark: 4 * mebibyte }), {
      headers: { 'content-length': String(announced) },
    });
    const lease = createBodyBudget(1e9).open();
    const reading = readLimited(sender as unknown as IncomingMessage, {
      limitBytes: mebibyte,
      filmLimitBytes: 4 * mebibyte,
      deadline: createDeadline(20_000),
      lease,
    });
    return { sender, reading, wait: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
  }

  it('comes whole over a slow line, as long as it moves', async () => {
    const { sender, reading, wait } = slowly(film);
    for (let from = 0; from < film.length; from += 600 * 1024) {
      await wait(from === 0 ? 0 : 20_000);
      sender.write(film.slice(from, from + 600 * 1024));
    }
    sender.end();
    expect(await reading).toMatchObject({ kind: 'whole', body: { length: film.length } });
  });

  it('is broken off where it stands still, or as good as that', async () => {
    const { sender, reading, wait } = slowly(film);
    sender.write(film.slice(0, 600 * 1024));
    await wait(20_000);
    sender.write(film.slice(600 * 1024, 700 * 1024));
    await wait(20_000);
    expect(await reading).toEqual({ kind: 'broken', bytes: 700 * 1024 });
  });

  it('may be packed, and larger where a film is written in it', async () => {
    const noise = randomBytes(2 * mebibyte).toString('base64');
    const bodies = [`data:video/mp4;base64,${noise}`, noise].map((output) =>
      gzipSync(JSON.stringify({ id: 't1', output })),
    );
    const kinds: string[] = [];
    for (const body of bodies) {
      const { sender, reading } = slowly(body);
      sender.write(body.subarray(0, 100));
      sender.end(body.subarray(100));
      kinds.push((await reading).kind);
    }
    expect(kinds).toEqual(['whole', 'too-large']);
  });

  it('may begin later than its headers, and with a piece that shows nothing yet, where it carries a film', async () => {
    const moov = Buffer.concat([Buffer.from('\0\0\0\x18ftypisom', 'latin1'), Buffer.alloc(2 * mebibyte)]);
    for (const body of [Buffer.from(film), moov]) {
      const { sender, reading, wait } = slowly(body);
      await wait(5000);
      sender.write(body.subarray(0, 3));
      await wait(5000);
      sender.end(body.subarray(3));
      expect(await reading).toMatchObject({ kind: 'whole', body: { length: body.length } });
    }
  });
});
