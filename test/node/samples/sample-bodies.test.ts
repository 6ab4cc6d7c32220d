import { describe, expect, test } from 'vitest';
import { readBody } from '../../../src-main/common/providers/reader.ts';
import { kieIdsIn } from '../../../src-main/node/callbacks/signatures/kie.ts';
import { verifySignature } from '../../../src-main/node/callbacks/signatures/verify.ts';
import { makeSample, sampleProviders } from '../../../src-main/node/samples/sample-bodies.ts';
import { providers } from '../../../src-main/common/providers/catalog.ts';
import { lowerCased } from '../../common/providers/fixtures.ts';
import { signSample } from '../../../src-main/node/samples/sign-sample.ts';

const video = 'http://127.0.0.1:4748/sample/x-sample.mp4';
const image = 'http://127.0.0.1:4748/sample/x-sample.jpg';
const callbackUrl = 'http://127.0.0.1:4747/c/token';
const now = new Date('2026-11-21T12:00:00Z');
// Base64, as Standard Webhooks wants it; the others take it as text.
const secret = 'whsec_c2VjcmV0IGZvciBzYW1wbGVz';

/** Their callbacks name the task and its state, and no link. */
const linkless = ['openai', 'vercel', 'pollo', 'gemini', 'comfyui'];

function sampleOf(provider: string, fail: boolean) {
  const sample = makeSample(provider, { fail, video, image, callbackUrl });
  if (sample === null) throw new Error(`no sample of ${provider}`);
  const reading = readBody({ body: sample.body, headers: lowerCased(sample.headers), providerHint: null });
  if (reading.kind !== 'result') throw new Error(reading.kind);
  return { ...sample, reading };
}

test('every provider has one', () => {
  expect(sampleProviders).toEqual(providers.map(({ id }) => id));
  expect(makeSample('someone-else', { fail: false, video, image, callbackUrl })).toBeNull();
});

describe.each(sampleProviders)('the sample of %s', (provider) => {
  test('is read as what it plays', () => {
    const { taskId, reading } = sampleOf(provider, false);
    const videoUrls = linkless.includes(provider) ? [] : [video];
    expect(reading).toMatchObject({ provider, taskId, result: { state: 'succeeded', videoUrls } });
    const needsKey = ['openai', 'vercel', 'pollo', 'gemini', 'openrouter'].includes(provider);
    expect(reading.result.needsApiKey).toBe(needsKey);
  });

  test('has a title for its card', () => {
    for (const fail of [false, true]) expect(sampleOf(provider, fail).reading.result.prompt).toMatch(/^A test from/);
  });

  test('fails with a sentence', () => {
    const { taskId, reading } = sampleOf(provider, true);
    expect(reading).toMatchObject({ provider, taskId, result: { state: 'failed', videoUrls: [] } });
    // OpenAI's event says that it failed and not why.
    if (provider !== 'openai') expect(reading.result.message).toMatch(/test failure/);
  });

  test('is signed where its provider has a secret to sign with', async () => {
    const { taskId, body } = sampleOf(provider, false);
    const text = JSON.stringify(body);
    const headers = signSample({ provider, taskId, text, secret: () => secret, now: () => now });
    const rawBody = Buffer.from(text);
    const { verdict } = await verifySignature({
      provider,
      headers,
      rawBody,
      signedIds: () => kieIdsIn(body),
      secrets: () => secret,
      now,
    });
    const unsigned = expect.stringMatching(/^(missing|unsupported|no-secret)$/) as unknown;
    expect(verdict).toEqual(Object.keys(headers).length > 0 ? 'valid' : unsigned);
  });
});
