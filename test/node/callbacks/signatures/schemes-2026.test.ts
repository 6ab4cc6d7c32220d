/** Kling, Gemini, Atlas Cloud, ToAPIs, sync.so and Magnific; two secrets at a time; the window; samples of every scheme. */
import { createHmac, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { providers } from '../../../../src-main/common/providers/catalog.ts';
import { createJwksCache } from '../../../../src-main/node/callbacks/signatures/jwks-cache.ts';
import { keySetUrls } from '../../../../src-main/node/callbacks/signatures/key-sets.ts';
import { kieIdsIn } from '../../../../src-main/node/callbacks/signatures/kie.ts';
import { verifySignature, type VerifyInput } from '../../../../src-main/node/callbacks/signatures/verify.ts';
import { signSample } from '../../../../src-main/node/samples/sign-sample.ts';

const seconds = 1_795_000_000;
const now = new Date(seconds * 1000 + 500);
const text = '{"id":"t-1","status":"succeeded","note":"ä"}';
const rawBody = Buffer.from(text);
const secret = `whsec_${Buffer.from('a secret of thirty-two bytes !!!').toString('base64')}`;
const key = Buffer.from('a secret of thirty-two bytes !!!');
const ourUrl = 'https://inbox.example.test/c/tokentokentokentoken';

const verify = (provider: string, headers: Record<string, string>, more: Partial<VerifyInput> = {}) =>
  verifySignature({
    provider,
    headers,
    rawBody,
    signedIds: () => kieIdsIn(JSON.parse(text)),
    secrets: () => secret,
    now,
    isOurUrl: (url) => url === ourUrl,
    ...more,
  });
const other = Buffer.from(text.replace('ä', 'a'));
const late = { now: new Date(now.getTime() + 301_000) };
const hmac = (by: string | Buffer, head: string) => createHmac('sha256', by).update(head).update(rawBody);

describe.each(['kling', 'gemini', 'magnific'])('%s: Standard Webhooks', (provider) => {
  const headers = {
    'webhook-id': 'm1',
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,AAAA v1,${hmac(key, `m1.${String(seconds)}.`).digest('base64')}`,
  };

  test('a good one passes; another body, another secret and another time do not', async () => {
    expect(await verify(provider, headers)).toHaveProperty('verdict', 'valid');
    expect(await verify(provider, headers, { rawBody: other })).toEqual({ verdict: 'wrong' });
    expect(await verify(provider, headers, { secrets: () => 'whsec_AAAA' })).toEqual({ verdict: 'wrong' });
    expect(await verify(provider, headers, late)).toEqual({ verdict: 'stale' });
    expect(await verify(provider, {})).toEqual({ verdict: 'missing' });
  });
});

describe('a signing secret that is being rotated', () => {
  const headers = { 'Sync-Signature': `t=${String(seconds)},v1=${hmac('old', `${String(seconds)}.`).digest('hex')}` };

  test.each(['old,new', 'new,old', ' new , old '])('both count: "%s"', async (both) => {
    expect(await verify('sync', headers, { secrets: () => both })).toHaveProperty('verdict', 'valid');
  });

  test('kie.ai too, and one that holds a comma itself', async () => {
    const kie = (by: string) => ({
      'x-webhook-timestamp': String(seconds),
      'x-webhook-signature': createHmac('sha256', by)
        .update(`t-1.${String(seconds)}`)
        .digest('base64'),
    });
    const body = { taskId: 't-1' };
    for (const by of ['old', 'new', 'old,new']) {
      expect(
        await verify('kie-luma', kie(by), { signedIds: () => kieIdsIn(body), secrets: () => 'old,new' }),
      ).toHaveProperty('verdict', 'valid');
    }
    expect(
      await verify('kie-luma', kie('third'), { signedIds: () => kieIdsIn(body), secrets: () => 'old,new' }),
    ).toEqual({ verdict: 'wrong' });
  });

  test('a stale one is told as stale, whichever secret it fits', async () => {
    expect(await verify('sync', headers, { ...late, secrets: () => 'old,new' })).toEqual({ verdict: 'stale' });
  });
});

test('the window can be set', async () => {
  const headers = { 'Sync-Signature': `t=${String(seconds)},v1=${hmac('s', `${String(seconds)}.`).digest('hex')}` };
  const at = (windowSeconds: number) => verify('sync', headers, { ...late, secrets: () => 's', windowSeconds });
  expect(await at(600)).toHaveProperty('verdict', 'valid');
  expect(await at(60)).toEqual({ verdict: 'stale' });
});

describe('ToAPIs and sync.so', () => {
  const toapis = (signature: string) => ({
    'X-ToAPIs-Webhook-Id': 'm1',
    'X-ToAPIs-Webhook-Timestamp': String(seconds),
    'X-ToAPIs-Webhook-Signature': signature,
  });

  test('ToAPIs: in hex or base64, with the id or without', async () => {
    for (const head of [`m1.${String(seconds)}.`, `${String(seconds)}.`]) {
      for (const form of ['hex', 'base64'] as const) {
        const headers = toapis(`v1=${hmac(secret, head).digest(form)}`);
        expect(await verify('toapis', headers)).toHaveProperty('verdict', 'valid');
        expect(await verify('toapis', headers, { rawBody: other })).toEqual({ verdict: 'wrong' });
        expect(await verify('toapis', headers, late)).toEqual({ verdict: 'stale' });
      }
    }
    expect(await verify('toapis', toapis('v1='))).toEqual({ verdict: 'wrong' });
    expect(await verify('toapis', {})).toEqual({ verdict: 'missing' });
  });

  test('sync.so: the old header signs the body alone', async () => {
    const headers = { 'X-Signature-Primary': hmac(secret, '').digest('hex') };
    expect(await verify('sync', headers)).toHaveProperty('verdict', 'valid');
    expect(await verify('sync', headers, { rawBody: other })).toEqual({ verdict: 'wrong' });
    expect(await verify('sync', {})).toEqual({ verdict: 'missing' });
  });
});

const jwk = (publicKey: KeyObject, kid: string): object => ({ ...publicKey.export({ format: 'jwk' }), kid });
const setOf = (...keys: readonly object[]) => ({ keySet: () => () => Promise.resolve({ keys }) });

describe('Atlas Cloud', () => {
  const pair = generateKeyPairSync('ed25519');
  const signed = (kid = 'k1', by = pair.privateKey): Record<string, string> => ({
    'X-AtlasCloud-Webhook-Id': 's-77',
    'X-AtlasCloud-Webhook-Timestamp': String(seconds),
    'X-AtlasCloud-Webhook-Key-Id': kid,
    'X-AtlasCloud-Webhook-Signature-Ed25519': sign(null, Buffer.from(`${String(seconds)}.${text}`), by).toString(
      'base64url',
    ),
  });
  const keys = setOf(jwk(pair.publicKey, 'k1'));

  test('a good one passes; another body, another time and another key do not', async () => {
    expect(await verify('atlas', signed(), keys)).toHaveProperty('verdict', 'valid');
    expect(await verify('atlas', signed(), { ...keys, rawBody: other })).toEqual({ verdict: 'wrong' });
    expect(await verify('atlas', signed(), { ...keys, ...late })).toEqual({ verdict: 'stale' });
    const stranger = generateKeyPairSync('ed25519');
    expect(await verify('atlas', signed('k1', stranger.privateKey), keys)).toEqual({ verdict: 'wrong' });
    expect(await verify('atlas', signed('k2'), keys)).toEqual({ verdict: 'wrong' });
    expect(await verify('atlas', {}, keys)).toEqual({ verdict: 'missing' });
  });

  test('a key id that is not known is worth a look, a forged one under a known id is not', async () => {
    const asked: boolean[] = [];
    const keySet = () => (query: { readonly afterMiss: boolean }) => {
      asked.push(query.afterMiss);
      const known = [jwk(pair.publicKey, query.afterMiss ? 'k2' : 'k1')];
      return Promise.resolve({ keys: known });
    };
    expect(await verify('atlas', signed('k2'), { keySet })).toHaveProperty('verdict', 'valid');
    expect(asked).toEqual([false, true]);
    asked.length = 0;
    const forged = signed('k1', generateKeyPairSync('ed25519').privateKey);
    expect(await verify('atlas', forged, { keySet })).toEqual({ verdict: 'wrong' });
    expect(asked).toEqual([false]);
  });

  test('keys changed after someone made us look: told as "again", and right a minute later', async () => {
    const old = generateKeyPairSync('ed25519');
    let published = [jwk(old.publicKey, 'k0')];
    let calls = 0;
    let time = now.getTime();
    const cache = createJwksCache({
      fetchJson: () => {
        calls += 1;
        return Promise.resolve({ keys: published });
      },
      now: () => new Date(time),
    });
    const check = (headers: Record<string, string>) =>
      verify('atlas', headers, { keySet: () => cache, isRequired: true, windowSeconds: 3600, now: new Date(time) });
    expect(await check(signed('forged'))).toEqual({ verdict: 'wrong' });
    published = [jwk(pair.publicKey, 'k1')];
    time += 30_000;
    for (let times = 0; times < 10; times += 1) expect(await check(signed())).toEqual({ verdict: 'keys-unavailable' });
    expect(calls).toBe(1);
    time += 31_000;
    expect(await check(signed())).toHaveProperty('verdict', 'valid');
    expect(calls).toBe(2);
  });
});

describe('Gemini, webhooks of one call', () => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: 'accounts.google.com', aud: ourUrl, exp: seconds + 300, iat: seconds };
  function token(
    payload: object,
    head: object = { alg: 'RS256', kid: 'g1' },
    by = pair.privateKey,
  ): Record<string, string> {
    const signed = `${part(head)}.${part(payload)}`;
    const signature = sign('sha256', Buffer.from(signed), by).toString('base64url');
    return { 'Webhook-Id': 'm1', 'Webhook-Timestamp': String(seconds), 'Webhook-Signature': `${signed}.${signature}` };
  }
  const keys = setOf(jwk(pair.publicKey, 'g1'));
  const check = (headers: Record<string, string>, more: Partial<VerifyInput> = {}) =>
    verify('gemini', headers, { ...keys, secrets: () => null, ...more });

  test('a good one passes without a secret, for the first body that came with it', async () => {
    const verdict = await check(token(claims));
    expect(verdict).toMatchObject({ verdict: 'valid', replayKey: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
  });

  test('one that covers the body is no replay', async () => {
    const sha = createHmac('sha256', '').update('').digest('hex');
    expect(await check(token({ ...claims, note: sha }))).not.toHaveProperty('replayKey', null);
    const { createHash } = await import('node:crypto');
    const hash = createHash('sha256').update(rawBody).digest('base64url');
    expect(await check(token({ ...claims, body_hash: hash }))).toEqual({
      verdict: 'valid',
      signedTaskId: null,
      replayKey: null,
    });
  });

  test.each<[string, object]>([
    ['for another URL', { ...claims, aud: 'https://elsewhere.example.test/c/tokentokentokentoken' }],
    ['for a URL that holds ours', { ...claims, aud: `https://evil.example.test/?to=${ourUrl}` }],
    ['for nobody', { ...claims, aud: undefined }],
    ['of another issuer', { ...claims, iss: 'https://evil.example.test' }],
  ])('%s is wrong', async (_, payload) => {
    expect(await check(token(payload))).toEqual({ verdict: 'wrong' });
  });

  test('one that has expired is stale, and one without an end too', async () => {
    expect(await check(token({ ...claims, exp: seconds - 301 }))).toEqual({ verdict: 'stale' });
    expect(await check(token({ ...claims, exp: undefined }))).toEqual({ verdict: 'stale' });
    expect(await check(token(claims), late)).toEqual({ verdict: 'stale' });
  });

  test('the algorithm and the key are not the sender’s to choose', async () => {
    const unsigned = token(claims);
    const [head = '', payload = ''] = (unsigned['Webhook-Signature'] ?? '').split('.');
    const none = `${part({ alg: 'none', kid: 'g1' })}.${payload}.AAAA`;
    expect(await check({ ...unsigned, 'Webhook-Signature': none })).toEqual({ verdict: 'wrong' });
    // The public key as the secret of an HMAC: the classic.
    const pem = pair.publicKey.export({ type: 'spki', format: 'pem' });
    const confused = `${part({ alg: 'HS256', kid: 'g1' })}.${payload}`;
    const mac = createHmac('sha256', pem).update(confused).digest('base64url');
    expect(await check({ ...unsigned, 'Webhook-Signature': `${confused}.${mac}` })).toEqual({ verdict: 'wrong' });
    expect(await check({ ...unsigned, 'Webhook-Signature': `${head}.${payload}.AAAA` })).toEqual({ verdict: 'wrong' });
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expect(await check(token(claims, { alg: 'RS256', kid: 'g1' }, stranger.privateKey))).toEqual({ verdict: 'wrong' });
  });

  test('no key of a kind that is too weak or another is taken', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const headers = token(claims, { alg: 'RS256', kid: 'g1' }, weak.privateKey);
    expect(await check(headers, setOf(jwk(weak.publicKey, 'g1')))).toEqual({ verdict: 'keys-unavailable' });
    expect(await check(token(claims), setOf(jwk(generateKeyPairSync('ed25519').publicKey, 'g1')))).toEqual({
      verdict: 'keys-unavailable',
    });
  });
});

test('published keys come from fixed addresses over https', () => {
  for (const url of Object.values(keySetUrls)) expect(new URL(url).protocol).toBe('https:');
  expect(Object.values(keySetUrls).map((url) => new URL(url).host)).toEqual([
    'rest.fal.ai',
    'api.atlascloud.ai',
    'generativelanguage.googleapis.com',
  ]);
});

describe('a sample is signed as its provider does', () => {
  const signing = providers.filter(({ secretName }) => secretName !== null);

  test.each(signing.map(({ id }) => id))('%s', async (provider) => {
    const taskId = randomUUID();
    const body = { taskId, id: taskId };
    const sample = JSON.stringify(body);
    const both = `${secret},another`;
    const headers = signSample({ provider, taskId, text: sample, secret: () => both, now: () => now });
    expect(Object.keys(headers).length).toBeGreaterThan(0);
    const input = { signedIds: () => kieIdsIn(body), rawBody: Buffer.from(sample), secrets: () => both };
    expect(await verify(provider, headers, input)).toHaveProperty('verdict', 'valid');
    expect(await verify(provider, headers, { ...input, secrets: () => 'other' })).toEqual({ verdict: 'wrong' });
  });
});
