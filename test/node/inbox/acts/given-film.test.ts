import { expect, it } from 'vitest';
import type { DownloadTrouble } from '../../../../src-main/common/download-trouble.ts';
import { DownloadFault } from '../../../../src-main/node/downloads/download-fault.ts';
import { refusalOfGiven } from '../../../../src-main/node/inbox/acts/given-film.ts';

it.each<[string, string, DownloadTrouble]>([
  ['a web page', 'bad-request', { reason: 'web-page', host: '', title: 'Hello' }],
  ['a text', 'bad-request', { reason: 'text-answer', host: '', format: 'json', excerpt: '{}' }],
  ['a playlist', 'bad-request', { reason: 'playlist', host: '' }],
  ['a picture', 'bad-request', { reason: 'image' }],
  ['an archive', 'bad-request', { reason: 'other-file', what: 'zip' }],
  ['noise', 'bad-request', { reason: 'unknown-file' }],
  ['sound alone', 'bad-request', { reason: 'no-pictures' }],
  ['nothing', 'bad-request', { reason: 'empty', host: '' }],
  ['a part', 'bad-request', { reason: 'cut-short' }],
  ['one without its index', 'bad-request', { reason: 'no-index' }],
  ['one with more behind it', 'bad-request', { reason: 'trailing-data', extraBytes: 5 }],
  ['one too many for the disk', 'storage-failed', { reason: 'disk-full', neededBytes: null }],
  ['one that the disk refuses', 'storage-failed', { reason: 'disk-error', errno: 'EIO' }],
])('%s is refused without a word of links, servers or downloads', (_, code, trouble) => {
  const refusal = refusalOfGiven(new DownloadFault(trouble));
  expect(refusal.code).toBe(code);
  expect(refusal.message).not.toMatch(/link|server|download|fetch|provider|try again later/i);
});
