import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { providerInfo, type SecretName } from '../../../../src-main/common/providers/catalog.ts';
import { readBody } from '../../../../src-main/common/providers/reader.ts';
import { kieIdsIn } from '../../../../src-main/node/callbacks/signatures/kie.ts';
import { verifySignature, type VerifyInput } from '../../../../src-main/node/callbacks/signatures/verify.ts';
import { fixtures, lowerCased, type Fixture } from '../../../common/providers/fixtures.ts';

type Signing = NonNullable<Fixture['signing']>;
const signed = fixtures.filter((sample): sample is Fixture & { signing: Signing } => sample.signing !== undefined);

function inputOf({ body, headers, signing }: Fixture & { signing: Signing }): VerifyInput {
  const reading = readBody({ body, headers: lowerCased(headers), providerHint: null });
  if (reading.kind !== 'result') throw new Error('a signed fixture without a task');
  return {
    provider: reading.provider,
    headers,
    rawBody: Buffer.from(signing.rawBody ?? JSON.stringify(body)),
    signedIds: () => kieIdsIn(body),
    secrets: () => signing.secret ?? null,
    now: new Date(signing.now * 1000),
    keySet: () => () => Promise.resolve(signing.jwks ?? null),
  };
}

const later = (input: VerifyInput, seconds: number): VerifyInput => ({
  ...input,
  now: new Date(input.now.getTime() + seconds * 1000),
});

describe.each(signed)('$name', (sample) => {
  const input = inputOf(sample);
  const { scheme, signedId } = sample.signing;
  const coversBody = scheme !== 'kie' && scheme !== 'piapi';

  test('verifies with its secret', async () => {
    const verdict = await verifySignature(input);
    expect(verdict).toMatchObject({ verdict: 'valid', signedTaskId: signedId ?? null });
    expect(verdict).toHaveProperty('replayKey', scheme === 'kie' ? expect.stringMatching(/^[0-9a-f]{64}$/) : null);
  });

  test('header names may have any case', async () => {
    for (const change of [(name: string) => name.toLowerCase(), (name: string) => name.toUpperCase()]) {
      const headers = Object.fromEntries(Object.entries(sample.headers).map(([name, value]) => [change(name), value]));
      expect(await verifySignature({ ...input, headers })).toHaveProperty('verdict', 'valid');
    }
  });

  test('fails with another secret', async () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    const other: VerifyInput = {
      ...input,
      secrets: () => 'whsec_b3RoZXItc2VjcmV0LW90aGVyLXNlY3JldA==',
      keySet: () => () => Promise.resolve({ keys: [publicKey.export({ format: 'jwk' })] }),
    };
    expect(await verifySignature(other)).toEqual({ verdict: 'wrong' });
  });

  test('fails where any byte of a signed body is another', async () => {
    if (!coversBody) return;
    for (let at = 0; at < input.rawBody.byteLength; at += 7) {
      const rawBody = Buffer.from(input.rawBody);
      rawBody[at] = (rawBody[at] ?? 0) ^ 1;
      expect(await verifySignature({ ...input, rawBody })).toEqual({ verdict: 'wrong' });
    }
    const longer = Buffer.concat([input.rawBody, Buffer.from(' ')]);
    expect(await verifySignature({ ...input, rawBody: longer })).toEqual({ verdict: 'wrong' });
  });

  test('is stale after 300 seconds, and before its time', async () => {
    if (scheme === 'piapi') return;
    expect(await verifySignature(later(input, 295))).toHaveProperty('verdict', 'valid');
    expect(await verifySignature(later(input, 301))).toEqual({ verdict: 'stale' });
    expect(await verifySignature(later(input, -306))).toEqual({ verdict: 'stale' });
  });

  test('an old signature that is wrong stays wrong', async () => {
    if (scheme === 'piapi' || scheme === 'fal') return;
    expect(await verifySignature({ ...later(input, 3600), secrets: () => 'other' })).toEqual({ verdict: 'wrong' });
  });

  test('is missing without its headers', async () => {
    expect(await verifySignature({ ...input, headers: {} })).toEqual({ verdict: 'missing' });
    const signatureHeaders = Object.keys(sample.headers).filter((name) => name !== 'Content-Type');
    for (const name of signatureHeaders) {
      const headers = Object.fromEntries(Object.entries(sample.headers).filter(([other]) => other !== name));
      expect(await verifySignature({ ...input, headers })).toEqual({ verdict: 'missing' });
    }
  });

  test('cannot be checked without a secret', async () => {
    const bare: VerifyInput = { ...input, secrets: () => null, keySet: () => () => Promise.resolve(null) };
    const verdict = scheme === 'fal' ? 'keys-unavailable' : 'no-secret';
    expect(await verifySignature(bare)).toEqual({ verdict });
    expect(await verifySignature({ ...bare, secrets: () => ' , ' })).toEqual({ verdict });
    // Of a file that is broken: whoever sends is to come again. Of another one's it is no matter.
    const { secretName } = providerInfo(input.provider) ?? expect.fail('unknown');
    const lacks = (mayLack: (name: string) => boolean) => verifySignature({ ...bare, mayLack });
    expect(await lacks((name) => name === secretName)).toEqual({ verdict: 'keys-unavailable' });
    expect(await lacks((name) => name !== secretName)).toEqual({ verdict });
    expect(await verifySignature({ ...input, mayLack: () => true })).toMatchObject({ verdict: 'valid' });
  });

  test.each(['', 'x', '=', 'v1', 'v1,', 't=', 't=,v1=', 'é', '0'.repeat(10_000), 'v1,'.repeat(3000)])(
    'junk in place of the signature is wrong: %s',
    async (junk) => {
      const name = Object.keys(sample.headers).find((header) => /signature|secret/i.test(header)) ?? '';
      const verdict = await verifySignature({ ...input, headers: { ...sample.headers, [name]: junk } });
      expect(verdict).toEqual({ verdict: 'wrong' });
    },
  );
});

test('there are signed samples of five schemes', () => {
  expect(new Set(signed.map(({ signing }) => signing.scheme))).toEqual(
    new Set(['kie', 'standard-webhooks', 'fal', 'openrouter', 'piapi']),
  );
});

describe('kie.ai', () => {
  const now = new Date(1_795_000_005_000);
  const sign = (id: string, key = 'key'): Record<string, string> => ({
    'x-webhook-timestamp': '1795000000',
    'x-webhook-signature': createHmac('sha256', key).update(`${id}.1795000000`).digest('base64'),
  });
  const verify = (body: unknown, headers: Record<string, string>) =>
    verifySignature({
      provider: 'kie-luma',
      headers,
      rawBody: Buffer.from(JSON.stringify(body)),
      signedIds: () => kieIdsIn(body),
      secrets: (name) => (name === 'KIE_HMAC' ? 'key' : null),
      now,
    });

  test.each([
    [{ data: { taskId: 'a1' } }],
    [{ data: { task_id: 'a1' } }],
    [{ taskId: 'a1' }],
    [{ task_id: 'a1' }],
    [{ taskId: 'other', data: { task_id: 'a1' } }],
    [{ task_id: 'a1', data: { taskId: 'other', task_id: 'third' } }],
  ])('any of the four ids may be the signed one: %j', async (body) => {
    expect(await verify(body, sign('a1'))).toMatchObject({ verdict: 'valid', signedTaskId: 'a1' });
  });

  test('the key is text, also where it looks like base64', async () => {
    const body = { taskId: 'a1' };
    const headers = sign('a1', 'a2V5');
    expect(await verify(body, headers)).toEqual({ verdict: 'wrong' });
  });

  test('the replay key is the same for every spelling of one signature', async () => {
    const headers = sign('a1');
    const respelled = { ...headers, 'x-webhook-signature': headers['x-webhook-signature']?.replace(/=+$/, '') ?? '' };
    const first = await verify({ taskId: 'a1' }, headers);
    const second = await verify({ taskId: 'a1', data: { video_url: 'https://evil.example' } }, respelled);
    expect(first).toMatchObject({ verdict: 'valid' });
    expect(second).toEqual(first);
  });

  test.each([null, [], 'text', 7, {}, { data: null }, { taskId: { id: 'a1' } }, { taskId: '' }])(
    'a body without an id verifies nothing: %j',
    async (body) => {
      expect(await verify(body, sign(''))).toEqual({ verdict: 'wrong' });
    },
  );

  test('a time that is not a number is stale, even signed', async () => {
    const mac = createHmac('sha256', 'key').update('a1.1e9').digest('base64');
    const headers = { 'x-webhook-timestamp': '1e9', 'x-webhook-signature': mac };
    expect(await verify({ taskId: 'a1' }, headers)).toEqual({ verdict: 'stale' });
  });
});

describe('byte-signing schemes without samples', () => {
  const rawBody = Buffer.from('{"id":"t-1","status":"completed","note":"\u00e4"}');
  const body: unknown = JSON.parse(rawBody.toString('utf8'));
  const now = new Date(1_795_000_005_000);
  const verify = (provider: string, headers: Record<string, string>, secret: string, bytes: Uint8Array = rawBody) =>
    verifySignature({ provider, headers, rawBody: bytes, signedIds: () => kieIdsIn(body), secrets: () => secret, now });
  const mac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).update(rawBody);

  test('WaveSpeed: v3 and hex, the secret as plain text', async () => {
    const secret = 'whsec_c2VjcmV0LXNlY3JldA==';
    const signature = mac('c2VjcmV0LXNlY3JldA==', 'id1.1795000000.').digest('hex');
    const headers = {
      'webhook-id': 'id1',
      'webhook-timestamp': '1795000000',
      'webhook-signature': `v1,AAAA v3,${signature}`,
    };
    expect(await verify('wavespeed', headers, secret)).toHaveProperty('verdict', 'valid');
    expect(await verify('wavespeed', headers, 'c2VjcmV0LXNlY3JldA==')).toHaveProperty('verdict', 'valid');
    expect(await verify('wavespeed', headers, 'other')).toEqual({ verdict: 'wrong' });
    expect(await verify('wavespeed', headers, secret, Buffer.from('{}'))).toEqual({ verdict: 'wrong' });
    expect(await verify('replicate', headers, secret)).toEqual({ verdict: 'wrong' });
  });

  test.each([
    ['decoded', Buffer.from('c2VjcmV0LXNlY3JldA==', 'base64')],
    ['as text', 'c2VjcmV0LXNlY3JldA=='],
  ])('Pollo: base64, the secret %s', async (_, key) => {
    const headers = {
      'x-webhook-id': 'id1',
      'x-webhook-timestamp': '1795000000',
      'x-webhook-signature': mac(key, 'id1.1795000000.').digest('base64'),
    };
    expect(await verify('pollo', headers, 'c2VjcmV0LXNlY3JldA==')).toHaveProperty('verdict', 'valid');
    expect(await verify('pollo', headers, 'b3RoZXI=')).toEqual({ verdict: 'wrong' });
    expect(await verify('pollo', { ...headers, 'x-webhook-id': 'id2' }, 'c2VjcmV0LXNlY3JldA==')).toEqual({
      verdict: 'wrong',
    });
  });

  test('Vercel: the form of OpenRouter under its own header', async () => {
    const value = `t=1795000000,v1=${mac('key', '1795000000,').digest('hex')}`;
    expect(await verify('vercel', { 'x-ai-gateway-signature': value }, 'key')).toHaveProperty('verdict', 'valid');
    expect(await verify('openrouter', { 'x-openrouter-signature': `${value},v1=00` }, 'key')).toHaveProperty(
      'verdict',
      'valid',
    );
    expect(await verify('vercel', { 'x-openrouter-signature': value }, 'key')).toEqual({ verdict: 'missing' });
  });

  test('Standard Webhooks: several signatures, unknown versions, svix names, a bare secret', async () => {
    const base64 = Buffer.from('a-key-of-24-bytes-length').toString('base64');
    const right = mac(Buffer.from(base64, 'base64'), 'id1.1795000000.').digest('base64');
    const headers = (prefix: string, signature: string) => ({
      [`${prefix}-id`]: 'id1',
      [`${prefix}-timestamp`]: '1795000000',
      [`${prefix}-signature`]: signature,
    });
    for (const [prefix, list] of [
      ['webhook', `v1,${right}`],
      ['svix', `v1,${right}`],
      ['webhook', `v1,AAAA v9,xx v1,${right}`],
    ] as const) {
      expect(await verify('openai', headers(prefix, list), `whsec_${base64}`)).toHaveProperty('verdict', 'valid');
      expect(await verify('openai', headers(prefix, list), base64)).toHaveProperty('verdict', 'valid');
    }
    expect(await verify('openai', headers('webhook', `v9,${right}`), `whsec_${base64}`)).toEqual({ verdict: 'wrong' });
    expect(await verify('openai', headers('webhook', right), `whsec_${base64}`)).toEqual({ verdict: 'wrong' });
  });

  test('Standard Webhooks: v1a with a public key', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
    const signature = sign(null, Buffer.concat([Buffer.from('id1.1795000000.'), rawBody]), privateKey);
    const headers = {
      'webhook-id': 'id1',
      'webhook-timestamp': '1795000000',
      'webhook-signature': `v1a,${signature.toString('base64')}`,
    };
    const secret = `whpk_${raw.toString('base64')}`;
    expect(await verify('replicate', headers, secret)).toHaveProperty('verdict', 'valid');
    expect(await verify('replicate', headers, secret, Buffer.from('{}'))).toEqual({ verdict: 'wrong' });
    expect(await verify('replicate', headers, 'whpk_AAAA')).toEqual({ verdict: 'wrong' });
  });
});

test.each(['unknown', 'luma', 'minimax', 'never-heard-of', '__proto__'])('%s does not sign', async (provider) => {
  const input: VerifyInput = {
    provider,
    headers: {},
    rawBody: new Uint8Array(),
    signedIds: () => new Set(),
    secrets: () => 'secret',
    now: new Date(),
  };
  expect(await verifySignature(input)).toEqual({ verdict: 'unsupported' });
});

test('each provider asks for its own secret', async () => {
  const asked: SecretName[] = [];
  for (const provider of ['kie-veo', 'replicate', 'openai', 'openrouter', 'wavespeed', 'pollo', 'piapi']) {
    await verifySignature({
      provider,
      headers: {},
      rawBody: new Uint8Array(),
      signedIds: () => new Set(),
      now: new Date(),
      secrets: (name) => {
        asked.push(name);
        return null;
      },
    });
  }
  expect(asked).toEqual(['KIE_HMAC', 'REPLICATE', 'OPENAI', 'OPENROUTER', 'WAVESPEED', 'POLLO', 'PIAPI']);
});

describe('fal', () => {
  const sample = signed.find(({ name }) => name === 'fal-ok');

  test('asks for newer keys once where none fits', async () => {
    if (sample === undefined) throw new Error('no sample');
    const { publicKey } = generateKeyPairSync('ed25519');
    const asked: boolean[] = [];
    const verdict = await verifySignature({
      ...inputOf(sample),
      keySet:
        () =>
        ({ afterMiss }) => {
          asked.push(afterMiss);
          return Promise.resolve(afterMiss ? sample.signing.jwks : { keys: [publicKey.export({ format: 'jwk' })] });
        },
    });
    expect(verdict).toHaveProperty('verdict', 'valid');
    expect(asked).toEqual([false, true]);
  });

  test.each([null, 'x', {}, { keys: null }, { keys: [null, { kty: 'OKP' }, { kty: 'OKP', crv: 'Ed25519', x: '!' }] }])(
    'a broken key set is no key: %j',
    async (jwks) => {
      if (sample === undefined) throw new Error('no sample');
      const input = { ...inputOf(sample), keySet: () => () => Promise.resolve(jwks) };
      expect(await verifySignature(input)).toEqual({ verdict: 'keys-unavailable' });
    },
  );
});
