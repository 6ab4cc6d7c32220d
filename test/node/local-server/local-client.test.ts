import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { Order } from '../../../src-main/common/submit-form.ts';
import { OrderInDoubt, needLocal } from '../../../src-main/headless/local-client.ts';
import { prepareDataDir } from '../../../src-main/node/data-dir.ts';
import { lockInstance } from '../../../src-main/node/instance-lock.ts';
import { tempDir } from '../../support/temp-dir.ts';

const order: Order = {
  provider: 'kie-aleph',
  model: null,
  prompt: 'rain at dusk',
  videos: [],
  images: [],
  params: {},
  project: null,
};

test('an order whose answer the inbox never gave is in doubt, and one that it never got is not', async () => {
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const dir = await prepareDataDir(await tempDir());
  const lock = await lockInstance(dir.instanceFile, () => new Date());
  onTestFinished(() => lock.release());
  await lock.publish({ localPort: (server.address() as AddressInfo).port, callbackPort: 1 });
  const inbox = await needLocal(dir.root);

  await expect(inbox.call('submissions:send', order)).rejects.toBeInstanceOf(OrderInDoubt);
  await expect(inbox.call('tasks:get', 'x')).rejects.toMatchObject({ code: 'not-running' });
  await new Promise<void>((resolve) => server.close(() => resolve()));
  await expect(inbox.call('submissions:send', order)).rejects.toMatchObject({ code: 'not-running' });
});
