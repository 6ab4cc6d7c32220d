/** What `video-inbox store` says. */
import { bytesText } from './en-downloads.ts';
import { catalog } from './language.ts';

export const storeTexts = catalog('store', {
  progress: (files: number, bytes: number) =>
    `${String(files)} ${files === 1 ? 'file is' : 'files are'} there (${bytesText(bytes)})`,
  moved: (files: number, wereThere: number) =>
    `${String(files)} ${files === 1 ? 'file was' : 'files were'} brought there and compared${wereThere === 0 ? '' : `; ${String(wereThere)} were there already`}. ` +
    'The old ones are removed.',
  left: (count: number) =>
    `Files that stay on the shelf, since no task of this library names them: ${String(count)}. They belong to another library, or to a machine that stopped before it had sent all that it took. Start that one as before until "video-inbox status" tells 0 to be sent there, stop it, and run this again.`,
  bytesLeft:
    'Their bytes are still in the bucket: they could not be removed just now, or another library has films in the same folder. Run this again to try once more, or empty the folder there once nobody needs it.',
  useShelf: 'Start the inbox with VIDEO_INBOX_STORE_URL set to this address from now on.',
  useDisk: 'Start the inbox without VIDEO_INBOX_STORE_URL from now on.',
});
