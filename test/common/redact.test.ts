import { fc } from '../support/fast-check.ts';
import { describe, expect, test, vi } from 'vitest';
import { createRedactor, redactText } from '../../src-main/common/redact.ts';
import { fixture } from './providers/fixtures.ts';

const token = 'kV3pQ7xR2mT9wZ1bN6yL4cF8-hJ5sD_g';

describe('known secrets', () => {
  const secret = 'p@ss/wörd "1" \\ +ä';

  test.each([
    ['as it is', secret],
    ['in JSON', JSON.stringify({ secret: secret })],
    ['in JSON with escaped slashes', JSON.stringify({ key: secret }).replaceAll('/', '\\/')],
    ['in JSON inside JSON', JSON.stringify({ promptJson: JSON.stringify({ key: secret }) })],
    [
      'in JSON inside JSON with escaped slashes',
      JSON.stringify({ p: JSON.stringify({ key: secret }).replaceAll('/', '\\/') }),
    ],
    ['in a URL', `https://a.example/?key=${encodeURIComponent(secret)}&x=1`],
    ['in a URL with small hex', `https://a.example/?key=${encodeURIComponent(secret).toLowerCase()}&x=1`],
    ['in a URL twice encoded', `https://a.example/?u=${encodeURIComponent(encodeURIComponent(secret))}&x=1`],
    ['in a form', `key=${encodeURIComponent(secret).replaceAll('%20', '+')}`],
  ])('%s', (_, text) => {
    const redacted = redactText(text, [secret.toLowerCase(), secret]);
    expect(redacted).toContain('[redacted]');
    expect(redacted).not.toMatch(/rd.{0,9}1/);
  });

  test('every occurrence, the longer secret first', () => {
    const [short, long] = ['abcdefgh', 'abcdefghij'];
    expect(redactText(`${long} ${short} ${long}`, [short, long])).toBe('[redacted] [redacted] [redacted]');
  });

  test('JSON stays JSON', () => {
    const text = JSON.stringify({ a: `x ${secret} y`, b: [secret], n: 1 });
    expect(JSON.parse(redactText(text, [secret]))).toEqual({ a: 'x [redacted] y', b: ['[redacted]'], n: 1 });
  });

  test('nothing and words too short to be secrets change nothing', () => {
    expect(redactText('a cat on film', ['', 'a', 'cat', 'film'])).toBe('a cat on film');
    expect(redactText('a cat', [])).toBe('a cat');
  });

  test('dollar signs are no patterns', () => {
    expect(redactText('<$&-key$1>', ['$&-key$1'])).toBe('<[redacted]>');
  });

  test('a secret that is half a pair of surrogates does not throw', () => {
    expect(redactText('x', ['\ud800\ud800\ud800\ud800'])).toBe('x');
  });

  test('a backslash in front of a secret that begins with a slash stays whole', () => {
    const key = '/aa"=+A\\a';
    const text = JSON.stringify({ nested: JSON.stringify({ value: `\\${key}` }) });
    const { nested } = JSON.parse(redactText(text, [key])) as { nested: string };
    expect(JSON.parse(nested)).toEqual({ value: '\\[redacted]' });
  });

  test('no secret is left, wherever it stands', () => {
    const secrets = fc.stringMatching(/^[A-Za-z0-9/+="\\ ]{8,24}$/);
    fc.assert(
      fc.property(secrets, fc.string(), fc.string(), (key, before, after) => {
        const text = JSON.stringify({ nested: JSON.stringify({ value: `${before}${key}${after}` }), plain: key });
        const redacted = redactText(text, [key]);
        expect(() => JSON.parse(redacted) as unknown).not.toThrow();
        const { nested, plain } = JSON.parse(redacted) as { nested: string; plain: string };
        expect(plain).not.toContain(key);
        expect((JSON.parse(nested) as { value: string }).value).not.toContain(key);
      }),
    );
  });
});

describe('tokens of callback URLs', () => {
  test.each([
    [`https://a.ngrok.app/c/${token}`, 'https://a.ngrok.app/c/[redacted]'],
    [`https://a.ngrok.app/c/${token}?x=1 and more`, 'https://a.ngrok.app/c/[redacted]?x=1 and more'],
    [`/c/${token}/`, '/c/[redacted]/'],
    [
      `{"callBackUrl":"https:\\/\\/a.example\\/c\\/${token}"}`,
      '{"callBackUrl":"https:\\/\\/a.example\\/c\\/[redacted]"}',
    ],
    [
      JSON.stringify({ promptJson: `{"callBackUrl":"https:\\/\\/a.example\\/c\\/${token}","prompt":"x"}` }),
      JSON.stringify({ promptJson: '{"callBackUrl":"https:\\/\\/a.example\\/c\\/[redacted]","prompt":"x"}' }),
    ],
    [`url=https%3A%2F%2Fa.example%2Fc%2F${token}&x`, 'url=https%3A%2F%2Fa.example%2Fc%2F[redacted]&x'],
    [
      `https://a.example/c/${token} https://a.example/c/${token}`,
      'https://a.example/c/[redacted] https://a.example/c/[redacted]',
    ],
  ])('%s', (text, expected) => {
    expect(redactText(text, [])).toBe(expected);
  });

  test.each([
    'https://cdn.example/c/clip.mp4',
    `https://cdn.example/c/${token}.mp4`,
    `https://cdn.example/c/${token}/output.mp4`,
    `https:\\/\\/cdn.example\\/c\\/${token}\\/output.mp4`,
    `https%3A%2F%2Fcdn.example%2Fc%2F${token}%2Foutput.mp4`,
    'https://account.blob.core.windows.net/c/0f8fad5b-d9cb-469f-a165-70867728950e',
    'https://cdn.example/c/0f8fad5bd9cb469fa16570867728950e?x=1',
    'https://cdn.example/c/V1StGXR8Z5jdHi6BmyT0q',
    'https://cdn.example/abc/0123456789abcdef0123456789',
    'a/c/d',
  ])('a file behind /c/ is no token: %s', (text) => {
    expect(redactText(text, [])).toBe(text);
  });
});

describe("PiAPI's echo of its secret", () => {
  const body = JSON.stringify(fixture('piapi-completed').body);

  test('is masked although no secret is configured', () => {
    const redacted = redactText(body, []);
    expect(redacted).not.toContain('fixture-piapi-secret');
    const expected = JSON.parse(body) as { data: { config: { webhook_config: { secret: string } } } };
    expected.data.config.webhook_config.secret = '[redacted]';
    expect(JSON.parse(redacted)).toEqual(expected);
  });

  test.each([
    ['spaced out', JSON.stringify(JSON.parse(body), null, 4)],
    ['inside a JSON string', JSON.stringify({ raw: body })],
    ['two strings deep', JSON.stringify({ raw: JSON.stringify({ raw: body }) })],
    ['cut off', body.slice(0, body.indexOf('piapi-secret') + 4)],
  ])('%s', (_, text) => {
    expect(redactText(text, [])).not.toContain('fixture-p');
  });

  test.each(['a"b\\c/d', 'ends with \\', '\\"', 'ä"', '\\\\"'])(
    'a secret with quotes and backslashes: %s',
    (secret) => {
      const config = { webhook_config: { endpoint: 'x', secret, after: 'kept' }, copy: secret };
      for (const [text, unwrap] of [
        [JSON.stringify(config), (json: string): unknown => JSON.parse(json)],
        [
          JSON.stringify({ raw: JSON.stringify(config) }),
          (json: string): unknown => JSON.parse((JSON.parse(json) as { raw: string }).raw),
        ],
      ] as const) {
        expect(unwrap(redactText(text, []))).toHaveProperty('webhook_config', {
          endpoint: 'x',
          secret: '[redacted]',
          after: 'kept',
        });
      }
    },
  );

  test('a copy of it elsewhere goes too', () => {
    const text = '{"webhook_config":{"secret":"long-enough-1"},"note":"long-enough-1"}';
    expect(redactText(text, [])).toBe('{"webhook_config":{"secret":"[redacted]"},"note":"[redacted]"}');
  });

  test('a number is masked, an object is walked into', () => {
    expect(redactText('{"webhook_config":{"secret":12345678}}', [])).toBe('{"webhook_config":{"secret":"[redacted]"}}');
    expect(redactText('{"webhook_config":{"secret":{"secret":"deep-down-1"}}}', [])).not.toContain('deep-down-1');
  });

  test('other keys stay', () => {
    const text = '{"secret":"of the lake","webhook_config":{"secretary":"Ann","endpoint":"x"}}';
    expect(redactText(text, [])).toBe(text);
  });
});

describe('headers', () => {
  test('secret ones are masked, signatures stay, names become lower-case', () => {
    expect(
      createRedactor(['key-12345']).headers({
        Authorization: 'Bearer abc',
        Cookie: 'a=b',
        'X-Webhook-Secret': 'plain',
        'X-Webhook-Signature': 'K8egr66A=',
        'X-Original-Uri': `/c/${token}`,
        'X-Note': 'has key-12345 in it',
      }),
    ).toEqual({
      authorization: '[redacted]',
      cookie: '[redacted]',
      'x-webhook-secret': '[redacted]',
      'x-webhook-signature': 'K8egr66A=',
      'x-original-uri': '/c/[redacted]',
      'x-note': 'has [redacted] in it',
    });
  });

  test('a header called __proto__ is a header', () => {
    const headers = createRedactor([]).headers(JSON.parse('{"__proto__":"x"}') as Record<string, string>);
    expect(Object.keys(headers)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
  });
});

test.each([
  ['backslashes', '\\'.repeat(400_000)],
  ['backslashes and quotes', '"webhook_config":{"secret":"' + '\\"'.repeat(200_000)],
  ['half tokens', '/c/'.repeat(130_000)],
  ['one endless token', `/c/${'a'.repeat(400_000)}.x`],
  ['many secrets', '"webhook_config"' + '"secret":"'.repeat(40_000)],
  [
    'many different secrets',
    '"webhook_config"' + Array.from({ length: 20_000 }, (_, n) => `"secret":"value-${n}"`).join(),
  ],
  ['keys without values', '"webhook_config"' + '"secret"   '.repeat(40_000)],
  ['spaces', '"webhook_config"' + `"secret"${' '.repeat(400_000)}`],
])(
  'hostile text costs little: %s',
  (_, text) => {
    // Quadratic work on these would run for minutes, into the time limit of the test.
    for (let round = 0; round < 5; round++) redactText(text, ['some-secret']);
  },
  20_000,
);

test('any text in, no throw', () => {
  const pieces = fc.constantFrom('webhook_config', '"secret"', ':', '"', '\\', '/c/', token, ' ', '1', '{', '}');
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 40 }), (parts) => {
      expect(typeof redactText(parts.join(''), ['abcd'])).toBe('string');
    }),
  );
});

test('secrets without end are not each taken apart: what is no JSON is slow to find out', () => {
  const takenApart = vi.spyOn(JSON, 'parse');
  try {
    redactText(`"webhook_config"${'{"secret":"no JSON \\\\\\\\\\'.repeat(1000)}"`, []);
    expect(takenApart.mock.calls.length).toBeLessThan(20);
  } finally {
    takenApart.mockRestore();
  }
});
