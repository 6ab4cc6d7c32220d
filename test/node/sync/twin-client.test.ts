import { Buffer } from 'node:buffer';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createTwinClient } from '../../../src-main/node/sync/twin-client.ts';
import { openJsonServer, type Reply } from '../../support/providers/json-server.ts';

async function clientOf(reply: Reply) {
  const server = await openJsonServer(() => reply);
  onTestFinished(() => server.close());
  const client = createTwinClient(
    () => server.origin,
    () => 'token',
    1000,
  );
  const { signal } = new AbortController();
  return {
    page: () => client.page(null, 0, signal),
    status: () => client.status(signal),
    media: () => client.media('a'.repeat(64), 0, signal),
  };
}

describe('what answers in place of the inbox elsewhere', () => {
  test('and knows none of its addresses is no inbox that can be reached, and not one without a film', async () => {
    const { page, status, media } = await clientOf({ status: 404, json: {} });
    await expect(page()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('cannot be reached just now') as string,
    });
    await expect(status()).rejects.toMatchObject({ code: 'unavailable' });
    await expect(media()).rejects.toMatchObject({ code: 'not-found' });
  });

  test('without an end does not fill the memory', async () => {
    const answer = { node: 'a', next: 'b', more: false, events: ['x'.repeat(2000)] };
    const { page } = await clientOf({ bytes: Buffer.from(JSON.stringify(answer)) });
    await expect(page()).rejects.toMatchObject({ code: 'unavailable' });
    const short = await clientOf({ json: { ...answer, events: [] } });
    expect(await short.page()).toMatchObject({ node: 'a', events: [] });
  });
});
