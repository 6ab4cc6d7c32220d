/** Says why bytes are not the video that was promised. */
import type { DownloadTrouble } from '../../common/download-trouble.ts';
import type { ContainerCheck } from '../media/check-container.ts';
import type { Sniffed } from '../media/sniff.ts';
import { DownloadFault } from './download-fault.ts';
import { tellsExpired } from './status-fault.ts';

export function faultOfContainer(check: Exclude<ContainerCheck, { ok: true }>, host: string): DownloadFault {
  if (check.code === 'not-a-video') return faultOfSniffed(check.found, host);
  if (check.code === 'trailing-data') {
    return new DownloadFault({ reason: 'trailing-data', extraBytes: check.extraBytes }, { discardPart: true });
  }
  if (check.reason === 'empty') return new DownloadFault({ reason: 'empty', host }, { discardPart: true });
  return new DownloadFault({ reason: check.reason }, { discardPart: true });
}

/** @param found Anything but a video. */
export function faultOfSniffed(found: Sniffed, host: string): DownloadFault {
  if ('excerpt' in found && tellsExpired(found)) {
    return new DownloadFault({ reason: 'gone', host, status: 200 }, { discardPart: true, isExpired: true });
  }
  return new DownloadFault(troubleOf(found, host), { discardPart: true });
}

function troubleOf(found: Sniffed, host: string): DownloadTrouble {
  switch (found.kind) {
    case 'web-page':
      return { reason: 'web-page', host, title: found.excerpt };
    case 'json':
    case 'xml':
    case 'text':
      return { reason: 'text-answer', host, format: found.kind, excerpt: found.excerpt };
    case 'playlist':
      return { reason: 'playlist', host };
    case 'image':
      return { reason: 'image' };
    case 'other':
      return { reason: 'other-file', what: found.what };
    case 'video':
    case 'unknown':
      return { reason: 'unknown-file' };
  }
}
