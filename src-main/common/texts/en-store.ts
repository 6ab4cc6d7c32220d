/** What `video-inbox store` says. */
import { catalog } from './language.ts';

export const storeTexts = catalog('store', {
  progress: (files: number, megabytes: number) => `${String(files)} files, ${String(megabytes)} MB are there`,
  moved: (files: number, wereThere: number) =>
    `${String(files)} files were brought there and compared${wereThere === 0 ? '' : `; ${String(wereThere)} were there already`}. ` +
    'The old ones are removed.',
  useShelf: 'Start the inbox with VIDEO_INBOX_STORE_URL set to this address from now on.',
  useDisk: 'Start the inbox without VIDEO_INBOX_STORE_URL from now on.',
});
