/** Callbacks before downloads: only in a burst, all downloads together, and never for long. */
import { expect, test } from 'vitest';
import { createRightOfWay } from '../../../src-main/node/downloads/right-of-way.ts';
import { startVideoServer } from '../../support/video-server.ts';
import { loadSamples } from '../../../src-main/node/samples/samples.ts';
import { startEngine } from './harness.ts';

const megabyte = 1_000_000;
const chunk = 64_000;

function onClock(): { clock: { ms: number }; way: ReturnType<typeof createRightOfWay> } {
  const clock = { ms: 0 };
  return { clock, way: createRightOfWay({ nowMs: () => clock.ms, bytesPerSecond: megabyte }) };
}

function burst(way: ReturnType<typeof createRightOfWay>, count: number): void {
  for (let n = 0; n < count; n += 1) way.callbackCame();
}

test('without callbacks, and beside a single one now and then, nothing waits', () => {
  const { clock, way } = onClock();
  expect(way.giveWay(50 * megabyte)).toBeUndefined();
  for (let n = 0; n < 40; n += 1) {
    clock.ms += 20; // fifty a second
    way.callbackCame();
    expect(way.giveWay(megabyte)).toBeUndefined();
  }
});

test('in a burst the downloads wait, and go on at once when it is over', () => {
  const { clock, way } = onClock();
  clock.ms = 1000;
  burst(way, 16);
  expect(way.giveWay(chunk)).toBeInstanceOf(Promise);
  clock.ms += 201;
  expect(way.giveWay(chunk)).toBeUndefined();
});

test('all downloads together keep to the pace', async () => {
  const way = createRightOfWay({ nowMs: () => performance.now(), bytesPerSecond: megabyte });
  let taken = 0;
  const download = async (): Promise<void> => {
    while (taken < 200_000) {
      burst(way, 16);
      taken += chunk;
      await way.giveWay(chunk);
    }
  };
  const startMs = performance.now();
  await Promise.all([download(), download(), download()]);
  // 200 KB at 1 MB/s: a slow machine only makes it longer.
  expect(performance.now() - startMs).toBeGreaterThan(190);
});

test('the engine asks before an attempt and after each piece, and waits for the answer', async () => {
  const { mp4 } = loadSamples();
  const server = await startVideoServer();
  const asked: number[] = [];
  let free = (): void => undefined;
  const engine = await startEngine({
    giveWay(bytes) {
      asked.push(bytes);
      return asked.length > 2 ? undefined : new Promise((resolve) => (free = resolve));
    },
  });
  const end = engine.fetch({ url: server.file('/a.mp4', mp4.bytes) });
  await engine.until(() => asked.length === 1);
  expect(server.exchanges).toEqual([]);
  free();
  await engine.until(() => asked.length === 2);
  expect(engine.saved).toEqual([]);
  free();
  expect(await end).toMatchObject({ sizeBytes: mp4.bytes.length });
  const [attempt, ...pieces] = asked;
  expect(attempt).toBeGreaterThan(0);
  expect(pieces.reduce((sum, bytes) => sum + bytes, 0)).toBe(mp4.bytes.length);
});
