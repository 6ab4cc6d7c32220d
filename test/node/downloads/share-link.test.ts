import { expect, test } from 'vitest';
import { fileOfShare } from '../../../src-main/node/downloads/share-link.ts';

const drive = 'https://drive.usercontent.google.com/download?export=download&confirm=t&id=';
test.each([
  ['https://drive.google.com/file/d/1aB_c-9/view?usp=sharing', `${drive}1aB_c-9`],
  ['https://drive.google.com/file/u/0/d/1aB/preview', `${drive}1aB`],
  ['https://drive.google.com/a/example.com/file/d/1aB/view?resourcekey=0-x', `${drive}1aB&resourcekey=0-x`],
  ['https://drive.google.com/open?id=1aB', `${drive}1aB`],
  [
    'https://www.dropbox.com/scl/fi/x/a%20b.mp4?rlkey=k&dl=0',
    'https://www.dropbox.com/scl/fi/x/a%20b.mp4?rlkey=k&dl=1',
  ],
  ['https://www.dropbox.com/s/x/a.mp4', 'https://www.dropbox.com/s/x/a.mp4?dl=1'],
])('%s', (link, file) => {
  expect(fileOfShare(link)).toBe(file);
});

test.each([
  'https://drive.google.com/uc?export=download&id=1aB',
  'https://drive.google.com/drive/folders/1aB',
  'https://www.dropbox.com/home/a.mp4',
  'https://media.example.test/file/d/1aB/view',
  'https://drive.google.com.example.test/file/d/1aB/view',
  'https://media.example.test/a.mp4?from=https://drive.google.com/file/d/1aB',
])('%s stays', (link) => {
  expect(fileOfShare(link)).toBe(link);
});
