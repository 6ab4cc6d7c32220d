/** Whether a shelf on S3 is told to be away or to refuse, by a small S3 that does either. */
import { hash } from 'node:crypto';
import { Agent } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ShelfStatus } from '../../../../src-main/common/shelf-status.ts';
import { silentLog } from '../../../../src-main/node/log/log.ts';
import { createS3Client, type S3Client } from '../../../../src-main/node/video-store/s3/s3-client.ts';
import { parseStoreUrl } from '../../../../src-main/node/video-store/s3/s3-config.ts';
import { createShelfWatch, type ShelfWatch } from '../../../../src-main/node/video-store/s3/shelf-watch.ts';
import { startS3Server, type Fault, type S3Server } from '../../../support/s3/s3-server.ts';

const keys = { accessKeyId: 'AK', secretAccessKey: 'secret', sessionToken: null };
const since = '2026-11-27T04:00:00.000Z';
const film = Buffer.from('a film');
const refused: Fault = { kind: 'status', status: 403, code: 'AccessDenied' };

let server: S3Server;
let dispatcher: Agent;
let watch: ShelfWatch;
let shelf: S3Client;
let told: ShelfStatus['state'][];

beforeEach(async () => {
  server = await startS3Server({ bucket: 'shelf', region: 'eu-north-1', ...keys });
  dispatcher = new Agent();
});
afterEach(async () => {
  watch.close();
  await dispatcher.destroy();
  await server.close();
});

function begin(): void {
  told = [];
  watch = createShelfWatch({
    now: () => new Date(since),
    log: silentLog,
    confirmMs: 1,
    againMs: 20,
    idleMs: 3_600_000,
  });
  watch.onState(({ state }) => told.push(state));
  const place = parseStoreUrl(`s3://shelf/films?endpoint=${server.endpoint}&region=eu-north-1&pathStyle=1`, {});
  shelf = watch.over(createS3Client({ place, keys, dispatcher }));
}

const put = (key: string): Promise<unknown> =>
  shelf.put(
    key,
    { bytes: film, sizeBytes: film.length },
    { sha256: hash('sha256', film), contentType: 'video/mp4', onlyNew: false },
  );
const asked = (what: string): number => server.requests.filter((request) => request.startsWith(what)).length;

describe('a shelf on S3', () => {
  it('that does not answer is told of with what it means, and is well again by itself', async () => {
    begin();
    await put('film');
    // Behind the first look, and a moment after all went well.
    await expect.poll(() => asked('GET /shelf/?list-type')).toBe(1);
    server.fault = () => ({ kind: 'cut' });
    await expect(shelf.get('film')).rejects.toThrow();
    await expect.poll(() => watch.status().state).toBe('away');
    expect(watch.status()).toMatchObject({ since, message: expect.stringContaining('wait on this machine') as string });
    server.fault = () => ({ kind: 'status', status: 503, code: 'SlowDown' });
    await expect.poll(() => watch.status().message).toContain('503 SlowDown');
    server.fault = null;
    await expect.poll(() => watch.status()).toEqual({ state: 'ok', since: null, message: null });
    expect(told).toEqual(['away', 'ok']);
  });

  it('that gives and does not take is told of until it takes, and what asked it is not left there', async () => {
    begin();
    await put('film');
    server.fault = ({ method }) => (method === 'PUT' ? refused : null);
    await expect(put('other')).rejects.toThrow();
    await expect.poll(() => watch.status().state).toBe('refuses');
    expect(watch.status().message).toContain('AWS_ACCESS_KEY_ID');
    expect(await shelf.head('film')).not.toBeNull();
    expect(watch.status().state).toBe('refuses');
    server.fault = null;
    await expect.poll(() => told).toEqual(['refuses', 'ok']);
    await expect.poll(() => [...server.objects.keys()]).toEqual(['films/film']);
  });

  it('that refuses one object only is well', async () => {
    begin();
    server.fault = ({ path: name }) =>
      name.endsWith('/large') ? { kind: 'status', status: 400, code: 'TooLarge' } : null;
    await expect(put('large')).rejects.toThrow();
    await expect.poll(() => asked('DELETE /shelf/films/probe')).toBe(1);
    expect(told).toEqual([]);
  });

  it('that removes nothing for these keys takes videos all the same', async () => {
    begin();
    server.fault = ({ method }) => (method === 'DELETE' ? refused : null);
    await expect(shelf.remove('film')).rejects.toThrow();
    await expect.poll(() => asked('DELETE /shelf/films/probe')).toBe(1);
    await put('film');
    await put('other');
    expect(told).toEqual([]);
  });

  it('whose bucket is not there is told of before anything is asked, also where all that is asked is not there', async () => {
    server.fault = () => ({ kind: 'status', status: 404, code: 'NoSuchBucket' });
    begin();
    await expect.poll(() => watch.status().state).toBe('refuses');
    await expect(shelf.get('film')).rejects.toMatchObject({ word: 'NoSuchBucket' });
    expect(watch.status().message).toContain('VIDEO_INBOX_STORE_URL');
    expect(told).toEqual(['refuses']);
  });
});
