/** Keys to the shelf that are replaced while the program runs. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openS3Store } from '../../../../src-main/node/video-store/s3/open-s3-store.ts';
import { createKeySource } from '../../../../src-main/node/video-store/s3/s3-keys.ts';
import { startS3Server } from '../../../support/s3/s3-server.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const none = { AWS_CONFIG_FILE: '/dev/null' };

test('keys of a credentials file that are replaced are taken while the program runs', async () => {
  const dir = await tempDir();
  const file = path.join(dir, 'credentials');
  const write = (id: string): Promise<void> =>
    writeFile(
      file,
      `[default]\naws_access_key_id=OTHER\n\n[films]\n# ours\naws_access_key_id = ${id}\r\naws_secret_access_key = s\n`,
    );
  await write('REVOKED');
  const server = await startS3Server({
    bucket: 'shelf',
    region: 'us-east-1',
    accessKeyId: 'NEW',
    secretAccessKey: 's',
  });
  onTestFinished(() => server.close());
  const store = await openS3Store({
    url: `s3://shelf/lib?endpoint=${server.endpoint}&pathStyle=1`,
    env: { ...none, AWS_SHARED_CREDENTIALS_FILE: file, AWS_PROFILE: 'films' },
    cacheDir: path.join(dir, 'cache'),
    uploadsDir: path.join(dir, 'uploads'),
    cacheBytes: 0,
  });
  await expect(store.stat('videos/a.json')).rejects.toMatchObject({ word: 'InvalidAccessKeyId' });
  await write('NEW');
  await store.write('videos/a.json', '{}');
  expect(await store.stat('videos/a.json')).toMatchObject({ sizeBytes: 2 });
});

test('a container is asked for keys, with its token, and again before they end', async () => {
  let asked = 0;
  const http = createServer((request, response) => {
    asked += 1;
    const Expiration = new Date(Date.now() + (asked === 1 ? 1000 : 3_600_000)).toISOString();
    const keys = {
      AccessKeyId: `K${String(asked)}`,
      SecretAccessKey: 's',
      Token: request.headers.authorization,
      Expiration,
    };
    response.end(JSON.stringify(keys));
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => void http.close());
  const file = path.join(await tempDir(), 'token');
  await writeFile(file, 'of the pod\n');
  const source = createKeySource({
    ...none,
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${String((http.address() as AddressInfo).port)}/keys`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
  });
  const first = await source.now();
  expect(first).toEqual({ accessKeyId: 'K1', secretAccessKey: 's', sessionToken: 'of the pod' });
  expect(await source.now()).toBe(first);
  expect(await source.refused(first)).toBe(true);
  expect((await source.now()).accessKeyId).toBe('K2');
});
