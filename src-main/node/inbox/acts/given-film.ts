/** Films that a person gives: one that is not kept has no link, host or next attempt to tell of. */
import { InboxError } from '../../../common/errors.ts';
import { libraryTexts } from '../../../common/texts/en-library.ts';
import type { DownloadFault } from '../../downloads/download-fault.ts';

/** What a page, or a command, answers where the copy of a file was refused; nothing has changed then. */
export function refusalOfGiven(fault: DownloadFault): InboxError {
  const cause = { cause: fault };
  const { trouble } = fault;
  switch (trouble.reason) {
    case 'web-page':
    case 'text-answer':
    case 'playlist':
    case 'image':
    case 'other-file':
    case 'unknown-file':
    case 'no-pictures':
      return new InboxError('bad-request', libraryTexts.notAFilm, cause);
    case 'empty':
    case 'cut-short':
    case 'no-index':
    case 'trailing-data':
      return new InboxError('bad-request', libraryTexts.notAWholeFilm, cause);
    case 'disk-full':
      return new InboxError('storage-failed', libraryTexts.noRoomForFilm, cause);
    case 'disk-error':
      return new InboxError('storage-failed', libraryTexts.filmNotWritten(trouble.errno), cause);
    default:
      return new InboxError('bad-request', fault.text, cause);
  }
}
