import { describe, expect, test } from 'vitest';
import { readBody } from '../../../src-main/common/providers/reader.ts';
import { verifySignature } from '../../../src-main/node/callbacks/signatures/verify.ts';
import { sampleBodies, sampleTaskId } from '../../../src-main/node/samples/sample-bodies.ts';
import { signSample } from '../../../src-main/node/samples/sign-sample.ts';

const video = 'http://127.0.0.1:4748/sample/x-sample.mp4';
const image = 'http://127.0.0.1:4748/sample/x-sample.jpg';
const callbackUrl = 'http://127.0.0.1:4747/c/token';
const now = new Date('2026-11-21T12:00:00Z');
// Base64, as Standard Webhooks wants it; the others take it as text.
const secret = 'whsec_c2VjcmV0IGZvciBzYW1wbGVz';

function bodyOf(provider: string, fail: boolean) {
  const taskId = sampleTaskId(provider);
  const body = sampleBodies[provider]?.({ taskId, fail, video, image, callbackUrl });
  const reading = readBody({ body, headers: {}, providerHint: null });
  if (reading.kind !== 'result') throw new Error(reading.kind);
  return { taskId, body, reading };
}

describe.each(Object.keys(sampleBodies))('the sample of %s', (provider) => {
  test('is read as what it plays', () => {
    const { taskId, reading } = bodyOf(provider, false);
    expect(reading).toMatchObject({ provider, taskId, result: { state: 'succeeded', videoUrls: [video] } });
  });

  test('fails with a sentence', () => {
    const { taskId, reading } = bodyOf(provider, true);
    expect(reading).toMatchObject({ provider, taskId, result: { state: 'failed', videoUrls: [] } });
    expect(reading.result.message).toMatch(/test failure/);
  });

  test('is signed where its provider has a secret to sign with', async () => {
    const { taskId, body } = bodyOf(provider, false);
    const text = JSON.stringify(body);
    const headers = signSample({ provider, taskId, text, secret: () => secret, now: () => now });
    const rawBody = Buffer.from(text);
    const { verdict } = await verifySignature({ provider, headers, rawBody, body, secrets: () => secret, now });
    expect(verdict).toBe(provider === 'fal' ? 'missing' : Object.keys(headers).length > 0 ? 'valid' : 'unsupported');
  });
});
