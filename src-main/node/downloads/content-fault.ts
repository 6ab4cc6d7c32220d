/** Says in words why bytes are not the video that was promised. */
import type { ContainerCheck } from '../media/check-container.ts';
import type { Sniffed } from '../media/sniff.ts';
import { DownloadFault } from './download-fault.ts';
import type { DownloadTexts } from './messages.ts';

export function faultOfContainer(
  check: Exclude<ContainerCheck, { ok: true }>,
  host: string,
  texts: DownloadTexts,
): DownloadFault {
  if (check.code === 'not-a-video') return faultOfSniffed(check.found, host, texts);
  const sentences = {
    empty: () => texts.empty(host),
    'cut-short': texts.cutShort,
    'no-index': texts.noIndex,
    'no-pictures': texts.noPictures,
  };
  return new DownloadFault('damaged', sentences[check.reason](), { discardPart: true });
}

/** @param found Anything but a video. */
export function faultOfSniffed(found: Sniffed, host: string, texts: DownloadTexts): DownloadFault {
  return new DownloadFault('not-a-video', sentenceFor(found, host, texts), { discardPart: true });
}

function sentenceFor(found: Sniffed, host: string, texts: DownloadTexts): string {
  switch (found.kind) {
    case 'web-page':
      return texts.webPage(host, found.excerpt);
    case 'json':
      return texts.textAnswer(host, 'a JSON message', found.excerpt);
    case 'xml':
      return texts.textAnswer(host, 'an XML message', found.excerpt);
    case 'text':
      return texts.textAnswer(host, 'a text', found.excerpt);
    case 'image':
      return texts.image();
    case 'other':
      return texts.otherFile(found.what);
    case 'video':
    case 'unknown':
      return texts.unknownFile();
  }
}
