/** Refusals that tell in their message that the link is too old: nothing of it comes by waiting. */
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { faultOfSniffed } from '../../../src-main/node/downloads/content-fault.ts';
import { saysExpired, saysTooMany } from '../../../src-main/node/downloads/status-fault.ts';
import { sniff } from '../../../src-main/node/media/sniff.ts';
import { bigMp4 } from '../../support/big-mp4.ts';
import { startVideoServer } from '../../support/video-server.ts';
import { startEngine } from './harness.ts';

const s3 = (code: string, message: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><Expires>2026-11-27T10:00:00Z</Expires></Error>`;
const azure = (start: string, expiry: string, current: string): string =>
  s3(
    'AuthenticationFailed',
    `Server failed to authenticate the request.</Message><AuthenticationErrorDetail>Signature not valid in the specified time frame: Start [${start}] - Expiry [${expiry}] - Current [${current}]</AuthenticationErrorDetail><Message>`,
  );
const [ten, eleven, noon] = ['10', '11', '12'].map((hour) => `Fri, 27 Nov 2026 ${hour}:00:00 GMT`) as [
  string,
  string,
  string,
];

describe('a message that tells of the end of a link', () => {
  test.each([
    ['AWS, Tencent', s3('AccessDenied', 'Request has expired')],
    ['Aliyun', s3('AccessDenied', 'Request has expired.')],
    ['R2', s3('ExpiredRequest', 'Request has expired')],
    ['a token of AWS', s3('ExpiredToken', 'The provided token has expired.')],
    ['Google', s3('ExpiredToken', 'Invalid argument.')],
    ['Google, in words', '<Details>Request signature expired at: 2026-11-27T10:00:00+00:00</Details>'],
    ['Azure', azure(ten, eleven, noon)],
    ['Volcengine', '{"Code":"AccessDenied","Message":"Request has expired","EC":"0002-00000040"}'],
    ['Supabase', '{"statusCode":"400","error":"InvalidJWT","message":"\\"exp\\" claim timestamp check failed"}'],
    ['Qiniu', '{"error":"expired token"}'],
    ['Aliyun, at the edge', 'denied by req auth: expired timestamp'],
    ['a code', '{"code":"url_expired"}'],
    ['a sentence of its own', '{"error":"This link has expired."}'],
    ['another name of it', '{"ok":false,"detail":"Signed URL expired"}'],
  ])('%s', (_name, message) => expect(saysExpired(message)).toBe(true));
});

describe('a message that tells of too many requests', () => {
  test.each([
    ['AWS', s3('SlowDown', 'Please reduce your request rate.')],
    ['AWS, of reading', s3('SlowDownRead', 'Please reduce your request rate.')],
    ['Azure', s3('ServerBusy', 'Egress is over the account limit.')],
    ['Aliyun', s3('DownloadTrafficRateLimitExceeded', 'The download traffic is over the limit.')],
    ['Volcengine', '{"Code":"TooManyRequests","Message":"slow down"}'],
  ])('%s', (_name, message) => expect(saysTooMany(message)).toBe(true));

  test.each([
    ['nothing', ''],
    ['a file that is being made', s3('ServiceUnavailable', 'Reduce your request rate.')],
    ['a page', '<html><h1>503 Service Temporarily Unavailable</h1></html>'],
    ['a link that says so', '{"error":"not ready","url":"https://x.example/SlowDown.mp4"}'],
  ])('not %s', (_name, message) => expect(saysTooMany(message)).toBe(false));
});

describe('a message that does not', () => {
  test.each([
    ['nothing', ''],
    ['AWS, where a file is not there yet', s3('AccessDenied', 'Access Denied')],
    ['a signature that is wrong', s3('SignatureDoesNotMatch', 'The request signature we calculated does not match')],
    ['Azure, before the beginning', azure(noon, '', eleven)],
    ['an account', '{"message":"Your subscription has expired"}'],
    ['a guess', 'Access denied. The link may have expired.'],
    ['a condition', 'Forbidden. If the link has expired, ask for a new one.'],
    ['a denial', '{"message":"the request has not expired"}'],
    ['a field that denies it', '{"url_expired":false,"link_expired":0,"code":"not_ready"}'],
    ['a guess between two', 'Either the link expired or the file is not ready'],
    ['another one', '{"message":"The URL has expired or does not exist yet"}'],
    ['a list of causes', 'Possible causes: link expired, wrong key'],
    ['a key of the provider', '{"error":"API token expired"}'],
    ['a page for people', '<html><h1>The link you followed has expired</h1></html>'],
    ['Azure, without times', 'Signature not valid in the specified time frame'],
  ])('%s', (_name, message) => expect(saysExpired(message)).toBe(false));
});

describe('a message that came with 200 in place of the film', () => {
  const reasonOf = async (text: string) => faultOfSniffed(await sniff(Buffer.from(text)), 'media.example.test');

  test.each([
    ['JSON', '{"success":false,"message":"The link has expired."}'],
    ['a code', '{"code":"URL_EXPIRED"}'],
    ['a store', s3('AccessDenied', 'Request has expired')],
    ['a token', s3('ExpiredToken', 'The provided token has expired.')],
    ['a text', 'This download link has expired'],
    ['a page', '<!doctype html><title>Link has expired</title><p>Sorry.</p>'],
  ])('tells of the end of the link: %s', async (_name, text) => {
    const fault = await reasonOf(text);
    expect(fault.trouble).toEqual({ reason: 'gone', host: 'media.example.test', status: 200 });
    expect([fault.isExpired, fault.discardPart]).toEqual([true, true]);
  });

  test.each([
    ['not there yet', '{"message":"not ready"}', 'text-answer'],
    ['a guess', 'The link may have expired', 'text-answer'],
    ['a page', '<!doctype html><title>Sign in</title>', 'web-page'],
  ])('tells of something else: %s', async (_name, text, reason) => {
    expect((await reasonOf(text)).trouble.reason).toBe(reason);
  });
});

test.each([
  [403, {}, s3('AccessDenied', 'Request has expired')],
  [400, {}, Buffer.from('{"error":"InvalidJWT","message":"\\"exp\\" claim timestamp check failed"}')],
  [401, {}, Buffer.from('{"error":"expired token"}')],
  [404, {}, Buffer.from('{"code":"link_expired"}')],
  [403, { 'content-encoding': 'gzip' }, gzipSync(s3('AccessDenied', 'Request has expired'))],
  [403, { 'content-encoding': 'br' }, brotliCompressSync(s3('AccessDenied', 'Request has expired'))],
])(
  '%i whose message says so is final after three attempts, just after the callback too',
  async (status, headers, body) => {
    const server = await startVideoServer();
    const engine = await startEngine({ retry: { lateMs: 3_600_000 } });
    const url = server.handle('/a.mp4', (_request, response) => {
      response.writeHead(status, headers).end(body);
    });
    const end = await engine.fetch({ url, toldAt: new Date().toISOString() });
    expect(end).toMatchObject({ code: 'gone', trouble: { reason: 'gone', status }, attempts: 3 });
    expect(engine.waits[0]?.wait).toMatchObject({
      trouble: { reason: 'gone', status },
      message: expect.stringContaining(
        status === 404 ? 'no longer there' : 'says that this link has expired',
      ) as string,
    });
  },
);

test('of a message without end only the beginning is read', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const url = server.handle('/a.mp4', (_request, response) => {
    response.writeHead(403);
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(4096)));
    };
    response.on('drain', more);
    more();
  });
  expect(await engine.fetch({ url })).toMatchObject({ code: 'forbidden' });
});

test('a file that is refused just after the callback, without a word of the link, is waited for', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ retry: { lateMs: 3_600_000 } });
  const video = bigMp4(100_000);
  let asked = 0;
  const url = server.handle('/a.mp4', (_request, response) => {
    asked += 1;
    if (asked > 8) response.writeHead(200).end(video);
    else response.writeHead(403).end(s3('AccessDenied', 'Access Denied'));
  });
  expect(await engine.fetch({ url, toldAt: new Date().toISOString() })).toMatchObject({ sizeBytes: video.length });
});
