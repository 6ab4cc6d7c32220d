/** What a callback is answered whose signature needs keys that the provider publishes. */
import { generateKeyPairSync, randomUUID, sign, createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { now, setUpIntake } from '../../../support/intake-rig.ts';

const pair = generateKeyPairSync('ed25519');
const keys = { keys: [pair.publicKey.export({ format: 'jwk' })] };

function falCallback(taskId: string, by = pair.privateKey): { body: string; headers: Record<string, string> } {
  const body = JSON.stringify({
    request_id: taskId,
    gateway_request_id: taskId,
    status: 'OK',
    payload: { video: { url: 'https://media.example.test/f.mp4' } },
  });
  const [id, user, time] = [randomUUID(), 'u1', String(Math.floor(now.getTime() / 1000))];
  const message = [id, user, time, createHash('sha256').update(body).digest('hex')].join('\n');
  return {
    body,
    headers: {
      'x-fal-webhook-request-id': id,
      'x-fal-webhook-user-id': user,
      'x-fal-webhook-timestamp': time,
      'x-fal-webhook-signature': sign(null, Buffer.from(message), by).toString('hex'),
    },
  };
}

describe('fal', () => {
  test('is signed where its keys can be had, also where no signature is demanded', async () => {
    const waits: number[] = [];
    const { post, library } = await setUpIntake({
      keySet:
        () =>
        ({ waitMs }) => {
          waits.push(waitMs);
          return Promise.resolve(keys);
        },
    });
    const { body, headers } = falCallback('f1');
    expect((await post(body, headers)).status).toBe(200);
    expect(library.findByTaskId('f1')[0]).toMatchObject({ provider: 'fal', trust: 'signed' });
    // Nobody is kept waiting for a badge.
    expect(Math.max(...waits)).toBeLessThanOrEqual(300);
  });

  test('is taken unsigned where its keys cannot be had and no signature is demanded', async () => {
    const { post, library } = await setUpIntake({ keySet: () => () => Promise.resolve(null) });
    const { body, headers } = falCallback('f1');
    expect((await post(body, headers)).status).toBe(200);
    expect(library.findByTaskId('f1')[0]).toMatchObject({ trust: 'unsigned' });
  });

  test.each(['all', 'fal', 'kie-aleph,fal'])(
    'demanded by "%s": 503 while the keys cannot be had, then 200',
    async (require) => {
      let published: unknown = null;
      const { post, library } = await setUpIntake({ require, keySet: () => () => Promise.resolve(published) });
      const { body, headers } = falCallback('f1');
      const refused = await post(body, headers);
      expect(refused).toMatchObject({ status: 503, note: { code: 'keys-unavailable', provider: 'fal', taskId: 'f1' } });
      expect(refused.retryAfterSeconds).toBeGreaterThan(0);
      expect(JSON.stringify(refused.body)).toMatch(/keys to check the signature with cannot be had/);
      expect(library.findByTaskId('f1')).toEqual([]);
      published = keys;
      expect((await post(body, headers)).status).toBe(200);
      expect(library.findByTaskId('f1')[0]).toMatchObject({ trust: 'signed' });
      const forged = falCallback('f2', generateKeyPairSync('ed25519').privateKey);
      expect(await post(forged.body, forged.headers)).toMatchObject({ status: 401, note: { code: 'signature-wrong' } });
    },
  );

  test('is not concerned where only others must be signed', async () => {
    const { post } = await setUpIntake({ require: 'kling,kie-aleph', keySet: () => () => Promise.resolve(null) });
    const { body } = falCallback('f1');
    expect((await post(body)).status).toBe(200);
    expect(
      (await post({ code: 200, msg: 'ok', data: { result_video_url: 'https://a.test/x.mp4' }, taskId: 'k' })).status,
    ).toBe(401);
  });
});
