import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { readAgain } from '../../../src-renderer/player/read-again.ts';

/** What of a film's element counts here; `onAsked` happens while the host is asked for the file. */
async function film(status: number, onAsked: (element: { src: string }) => void = () => undefined) {
  const loads: string[] = [];
  const server = createServer((_request, response) => {
    onAsked(element);
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((listening) => server.once('listening', listening));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/media/1`;
  const element = {
    src: url,
    isConnected: true,
    currentTime: 3,
    paused: true,
    load: () => void loads.push(element.src),
  };
  const lastEnd: { current: number | null } = { current: null };
  return { element, loads, lastEnd, fail: () => readAgain(element as unknown as HTMLVideoElement, url, lastEnd) };
}

test('a film that fails is read anew from where it stood, and is damaged where it fails there again', async () => {
  const { element, loads, fail } = await film(206);
  expect(await fail()).toBeNull();
  expect([loads.length, element.currentTime]).toEqual([1, 3]);
  expect(await fail()).toEqual({ brokenAt: 3 });
  expect(loads).toHaveLength(1);
});

test('a film whose file is gone is told as that', async () => {
  const { loads, fail } = await film(404);
  expect(await fail()).toBe('missing');
  expect(loads).toEqual([]);
});

test.each([206, 404])('what took its place while it was asked for is left alone (%i)', async (status) => {
  const { element, loads, lastEnd, fail } = await film(status, (other) => {
    other.src = 'http://127.0.0.1/media/2';
    Object.assign(other, { currentTime: 0 });
  });
  expect(await fail()).toBeNull();
  expect([loads, element.currentTime, lastEnd.current]).toEqual([[], 0, null]);
});
