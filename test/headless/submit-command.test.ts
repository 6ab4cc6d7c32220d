import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { InboxError, toErrorData } from '../../src-main/common/errors.ts';
import { asTold } from '../../src-main/common/texts/sentence.ts';
import { runSubmit } from '../../src-main/headless/commands/submit.ts';
import { prepareDataDir } from '../../src-main/node/data-dir.ts';
import { lockInstance } from '../../src-main/node/instance-lock.ts';
import { commandHere } from '../support/command-here.ts';
import { tempDir } from '../support/temp-dir.ts';

test.each([
  [['kie-aleph', '--order-id', 'short'], '--order-id must be 8 to 100 letters, digits, dots and dashes, not "short".'],
  [['kie-aleph', '--video', ''], '--video needs a value'],
  [['kie-aleph', '--image', ' '], '--image needs a value'],
  [['kie-aleph', '--budget', '-5'], '--budget must be a number of credits, not "-5".'],
  [[], 'PROVIDER (kie-aleph, fal, …) is missing.'],
  [['KIE_ALEPH'], 'Video Inbox cannot order from "KIE_ALEPH". It can from kie-aleph'],
])('%j is told by what was typed, before any inbox is asked', async (args, words) => {
  const { run } = commandHere(runSubmit);
  const none = path.join(await tempDir(), 'none');
  await expect(run(...args, '--prompt', 'rain', '--data-dir', none)).rejects.toThrow(words);
});

test('an order that was made is told as made, and not as the 1 of one that was not, where it cannot be waited for', async () => {
  const dataDir = await tempDir();
  const dir = await prepareDataDir(dataDir);
  const lock = await lockInstance(dir.instanceFile, () => new Date());
  onTestFinished(() => lock.release());
  const made = { outcome: 'made', id: 'o', key: 'kie-aleph:t', taskId: 't', notes: [], noteTexts: [] };
  const broken = toErrorData(new InboxError('unavailable', asTold('The disk is away.')));
  const server = createServer((request, response) => {
    const isOrder = request.url === '/call/submissions:send';
    response.end(JSON.stringify(isOrder ? { ok: true, value: made } : { ok: false, error: broken }));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((listening) => server.once('listening', listening));
  await lock.publish({ localPort: (server.address() as AddressInfo).port, callbackPort: 0 });

  const { run, lines, told } = commandHere(runSubmit);
  const order = ['kie-aleph', '--prompt', 'rain', '--wait', '--data-dir', dataDir];
  expect(await run(...order, '--json')).toBe(3);
  expect(lines.splice(0).map((line) => JSON.parse(line) as unknown)).toEqual([{ ...made, paths: [] }]);
  expect(told.splice(0)).toEqual(['The disk is away.', expect.stringContaining('The order was made all the same')]);
  expect(await run(...order)).toBe(3);
  expect(lines).toEqual(['t']);
});
