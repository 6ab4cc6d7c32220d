import { expect, test } from 'vitest';
import { downloadSentence } from '../../../src-main/common/texts/en-downloads.ts';

test.each([
  ['EIO', 'written to the disk'],
  ['EOF', 'written to the disk'],
  ['ENOSPC', 'written to the disk'],
  ['SlowDown', 'stored on the S3 server'],
  ['ECONNREFUSED', 'stored on the S3 server'],
  ['ENOTFOUND', 'stored on the S3 server'],
  ['UND_ERR_SOCKET', 'stored on the S3 server'],
])('a film that could not be kept (%s) is told as one that could not be %s', (errno, words) => {
  const { english } = downloadSentence({ reason: 'disk-error', errno });
  expect(english).toContain(words);
  expect(english).toContain(`(${errno})`);
});
