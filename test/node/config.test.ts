import { userInfo } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { flagsOfDesktop, readConfig } from '../../src-main/node/config.ts';

const read = (args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) =>
  readConfig(args, env, 'linux');

describe('each flag and its variable', () => {
  test.each([
    ['data-dir', '/srv/inbox', { dataDir: path.resolve('/srv/inbox') }],
    ['callback-port', '0', { callbackPort: 0 }],
    ['local-port', '4000', { localPort: 4000 }],
    ['tunnel', 'ngrok', { tunnel: 'ngrok' }],
    ['public-url', 'https://inbox.example.test/base/', { publicUrl: 'https://inbox.example.test/base' }],
    ['allow-host', '127.0.0.1:8080', { allowHosts: ['127.0.0.1:8080'] }],
    ['kie-api-base', 'http://127.0.0.1:1', { apiBases: new Map([['kie', 'http://127.0.0.1:1']]) }],
    ['ask-after', '2.5', { askAfterMs: 2500 }],
    ['ask-every', '1', { askEveryMs: 1000 }],
    ['require-signature', 'kie-luma', { requireSignature: 'kie-luma' }],
    ['log-level', 'debug', { logLevel: 'debug' }],
    ['sync-port', '0', { sync: { port: 0, host: '127.0.0.1', tls: null } }],
    [
      'twin',
      'https://inbox.example.test:4750/',
      { twin: { url: 'https://inbox.example.test:4750', media: 'all', maxMib: null, isChosen: false } },
    ],
  ])('--%s %s', (flag, value, expected) => {
    const variable = `VIDEO_INBOX_${flag.toUpperCase().replaceAll('-', '_')}`;
    expect(read([`--${flag}`, value])).toMatchObject(expected);
    expect(read([], { [variable]: value })).toMatchObject(expected);
    expect(read([`--${flag}`, value], { [variable]: 'not this' })).toMatchObject(expected);
    // As a compose file leaves it where a value is missing.
    expect(read([], { [variable]: ' ' })).toEqual(read());
  });

  test.each(['1', 'true', 'TRUE', 'yes', 'on'])('VIDEO_INBOX_JSON=%s', (value) => {
    expect(read([], { VIDEO_INBOX_JSON: value }).json).toBe(true);
  });

  test.each(['0', 'false', 'no', 'off', ''])('VIDEO_INBOX_JSON=%s is none', (value) => {
    expect(read([], { VIDEO_INBOX_JSON: value }).json).toBe(false);
  });
});

describe('the desktop app', () => {
  const flagsIn = (...argv: readonly string[]) => flagsOfDesktop(['/opt/video-inbox/video-inbox', ...argv]);

  test('takes the flags that sentences name, among those of Chromium, its own folder and a link', () => {
    const flags = flagsIn(
      ...['--no-sandbox', '.', '--log-level=2', '--user-data-dir=/tmp/profile', '--data-dir', '/srv/my videos'],
      ...['--allow-host=nas.local', '--allow-host', '10.0.0.5', '--hidden', 'video-inbox://task/kling%3A1'],
    );
    expect(read(flags)).toMatchObject({
      dataDir: '/srv/my videos',
      allowHosts: ['nas.local', '10.0.0.5'],
      logLevel: 'info',
    });
  });

  test('takes none of what stands behind a link, which a page of strangers may have opened', () => {
    const flags = flagsIn('--data-dir=/srv/a', 'video-inbox://task/x', '--allow-host', '10.0.0.5', '--data-dir=/srv/b');
    expect(read(flags)).toMatchObject({ dataDir: '/srv/a', allowHosts: [] });
  });

  test('says what is wrong with them, as serve does', () => {
    expect(() => read(flagsIn('--callback-port', 'x'))).toThrow('--callback-port must be a port number');
    expect(() => read(flagsIn('--data-dir'))).toThrow('--data-dir');
    expect(flagsIn('--toString', '--constructor=1')).toEqual([]);
  });
});

describe('other machines', () => {
  test('a listener for them has an address and a certificate of its own, whole or not at all', () => {
    const flags = ['--sync-port', '4750', '--sync-host', '[::]', '--sync-cert', 'c.pem'];
    expect(read([...flags, '--sync-key', 'k.pem']).sync).toEqual({
      port: 4750,
      host: '::',
      tls: { certFile: 'c.pem', keyFile: 'k.pem' },
    });
    expect(() => read(flags)).toThrow(/--sync-cert and --sync-key go together/);
    expect(() => read(['--sync-host', '0.0.0.0'])).toThrow(/--sync-host does nothing without --sync-port/);
    expect(() => read(['--sync-port', '1', '--sync-host', 'a b'])).toThrow(/--sync-host must be/);
  });

  test('a copy brings what it is told to', () => {
    const twin = ['--twin', 'http://127.0.0.1:4750'];
    expect(read([...twin, '--twin-media', 'starred', '--twin-max-mib', '200']).twin).toMatchObject({
      media: 'starred',
      maxMib: 200,
    });
    expect(() => read([...twin, '--twin-media', 'some'])).toThrow(/--twin-media must be/);
    expect(() => read([...twin, '--twin-max-mib', 'big'])).toThrow(/--twin-max-mib must be/);
    expect(() => read(['--twin', 'nas'])).toThrow(/--twin must be/);
  });
});

describe('the data dir', () => {
  test('is absolute, and where it usually is unless someone says otherwise', () => {
    expect(read(['--data-dir', 'here']).dataDir).toBe(path.resolve('here'));
    expect(read([], { XDG_DATA_HOME: '/home/someone/data' }).dataDir).toBe(
      path.resolve('/home/someone/data/video-inbox'),
    );
  });

  test.skipIf(process.platform === 'win32')('is in the home of the user where HOME is set to nothing', () => {
    vi.stubEnv('HOME', '');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(read([]).dataDir).toBe(path.join(userInfo().homedir, '.local/share/video-inbox'));
  });

  test.each(['', ' '])('is not the current folder where the flag is empty: %j', (value) => {
    expect(() => read(['--data-dir', value])).toThrow(/--data-dir must name a folder/);
  });
});

describe('other addresses of APIs', () => {
  test.each(['kie', 'kie-luma', 'KIE_VEO', 'kie-upload', 'replicate', 'openrouter'])('are taken for %s', (name) => {
    expect(read(['--api-base', `${name}=http://127.0.0.1:1/`]).apiBases.size).toBe(1);
  });

  test('are refused for a name that is no provider, by flag and by variable', () => {
    expect(() => read(['--api-base', 'kei=http://127.0.0.1:1'])).toThrow(/no provider "kei".*Known names: kie/);
    expect(() => read([], { VIDEO_INBOX_API_BASE_KEI: 'http://127.0.0.1:1' })).toThrow(/no provider "KEI"/);
  });
});

describe('hosts that downloads may reach', () => {
  test.each([
    ['nas', 'nas'],
    ['nas.local:8080', 'nas.local:8080'],
    ['192.168.1.5', '192.168.1.5'],
    ['[::1]:80', '[::1]:80'],
    ['[::1]', '[::1]'],
    ['::1', '::1'],
    ['http://192.168.1.5:8080/videos/', '192.168.1.5:8080'],
  ])('%s', (host, expected) => {
    expect(read(['--allow-host', host]).allowHosts).toEqual([expected]);
  });

  test('several, by several flags or in one variable', () => {
    expect(read(['--allow-host', 'a', '--allow-host', 'b:1']).allowHosts).toEqual(['a', 'b:1']);
    expect(read([], { VIDEO_INBOX_ALLOW_HOST: 'a, b:1  [::1]:2' }).allowHosts).toEqual(['a', 'b:1', '[::1]:2']);
  });

  test.each(['', '*', 'nas/videos', 'a b', 'someone@nas', 'nas:http', '*.local'])('not %j', (host) => {
    expect(() => read(['--allow-host', host])).toThrow(/--allow-host must be a host/);
  });
});

test.each([
  [['--limit', '-1'], /^There is no flag --limit\. Known flags: --data-dir, [^.]*\.$/],
  [['--callback-port', '-1'], /^--callback-port needs a value; one that begins with "-" is written --callback-port=…$/],
  [['--callback-port'], /^--callback-port needs a value; /],
  [['--json=1'], /^--json takes no value\.$/],
  [['here'], /^"here" is one argument too many\.$/],
])('a sentence of one line for %j', (args, sentence) => {
  expect(() => read(args)).toThrow(sentence);
});

describe('the address of the shared database', () => {
  const of = (url: string) => () => read([], { VIDEO_INBOX_DATABASE_URL: url });

  test.each([
    'postgresql://inbox:a%2Fb%23c%40d@db.example/inbox?sslmode=verify-full',
    'postgres://inbox@server:p%25@[::1]:5433/inbox?user=inbox@server',
    'postgresql:///inbox?host=/run/postgresql',
  ])('%s is one', (url) => {
    expect(of(url)().shared).toMatchObject({ url });
  });

  test.each([
    'postgresql://inbox:a/b@db.example/inbox',
    'postgresql://inbox:12/34@db.example/inbox',
    'postgresql://inbox:a@b/c@db.example/inbox',
    'postgresql://inbox:12#34@db.example/inbox',
    'postgresql://inbox:12?34@db.example/inbox',
    'postgresql://inbox:secret@one,two:5432/inbox',
    'mysql://inbox:secret@db.example/inbox',
  ])('%s is none: that a password is written in another way is told, and not what it is', (url) => {
    expect(of(url)).toThrow(/are written as %40 %3A %2F/);
    expect(of(url)).not.toThrow(/secret|db\.example|12/);
  });

  test('with a mode that nobody knows is not taken for another one', () => {
    expect(of('postgresql://inbox@db.example/inbox?sslmode=verifyfull')).toThrow(
      'sslmode in VIDEO_INBOX_DATABASE_URL must be disable, require or verify-full, not "verifyfull".',
    );
  });
});

describe('how long a machine that has gone silent keeps its work', () => {
  const of = (seconds: string) => () =>
    read([], { VIDEO_INBOX_DATABASE_URL: 'postgresql://h/x', VIDEO_INBOX_LEASE_SECONDS: seconds });

  test('is a number of seconds that a timer can count', () => {
    expect(of('2.5')().shared).toMatchObject({ leaseMs: 2500 });
    expect(of('3600')().shared).toMatchObject({ leaseMs: 3_600_000 });
  });

  test.each(['0', '0.5', '-5', 'abc', '1e9', '3601', '9999999'])('is not %s', (seconds) => {
    expect(of(seconds)).toThrow(
      `VIDEO_INBOX_LEASE_SECONDS must be a number of seconds from 1 to 3600, not "${seconds}".`,
    );
  });
});
